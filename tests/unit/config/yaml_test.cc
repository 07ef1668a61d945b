#include "common/config/yaml.h"

#include "tests/unit/config/support.h"

namespace leadrelay::config {
namespace {

// A tree in one line: mappings in {}, lists in [], scalars in quotes, nothing as ~, each with
// @line.
std::string Show(const YamlNode& node) {
  std::string text;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "~";
    case YamlNode::Kind::kScalar:
      return absl::StrCat("'", node.text, "'");
    case YamlNode::Kind::kList:
      for (const YamlNode& item : node.items) {
        text += absl::StrCat(text.empty() ? "" : " ", Show(item), "@", item.line);
      }
      return "[" + text + "]";
    case YamlNode::Kind::kMapping:
      for (const YamlMember& member : node.members) {
        text += absl::StrCat(
            text.empty() ? "" : " ", member.key, "@", member.line, ":", Show(member.value));
      }
      return "{" + text + "}";
  }
  return "";
}

struct Case {
  std::string text;
  std::string tree;
};

TEST(ParseYaml, BuildsATreeWithLines) {
  const std::vector<Case> cases = {
      {"", "{}"},
      {"# only a comment\n", "{}"},
      {"~", "{}"},
      {"a: 1\nb: 'x'\nc: \"8080\"\n", "{a@1:'1' b@2:'x' c@3:'8080'}"},
      {"a:\nb: ~\nc: null\nd: ''\n", "{a@1:~ b@2:~ c@3:~ d@4:''}"},
      {"a:\n  - x\n  - y: 1\n", "{a@1:['x'@2 {y@3:'1'}@3]}"},
      {"---\na: 1\n", "{a@2:'1'}"},
      {"a: !!str 1\n", "{a@1:'1'}"},
      {"a: |\n  two\n  lines\n", "{a@1:'two\nlines\n'}"},
      // Aliases and merge keys; what is written in the mapping itself wins, then the first merged.
      {"a: &a {x: 1}\nb: *a\n", "{a@1:{x@1:'1'} b@2:{x@1:'1'}}"},
      {"a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n",
       "{a@1:{x@1:'1' y@1:'2'} b@2:{y@4:'3' x@1:'1'}}"},
      {"a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b]}\n",
       "{a@1:{x@1:'1'} b@2:{x@2:'2' y@2:'2'} c@3:{x@1:'1' y@2:'2'}}"},
      {"a: {'<<': 1}\n", "{a@1:{<<@1:'1'}}"},
  };
  for (const Case& c : cases) {
    Faults faults;
    EXPECT_EQ(Show(ParseYaml(c.text, faults)), c.tree) << c.text;
    EXPECT_EQ(FaultLines(faults), std::vector<std::string>()) << c.text;
  }
}

struct FaultCase {
  std::string text;
  std::string fault;
};

TEST(ParseYaml, RefusesWithTheLine) {
  const std::vector<FaultCase> cases = {
      {"a: [1\nb: 2\n", "2: : not valid YAML: end of sequence flow not found"},
      {"a: 1\nb: [${C}]\n",
       "2: : not valid YAML: end of sequence flow not found; inside [ ] and { } a ${...} has to "
       "stand in quotes"},
      {"a: {b: ${file:/c}}\n",
       "1: : not valid YAML: end of map flow not found; inside [ ] and { } a ${...} has to stand "
       "in quotes"},
      {"a: ${B}: c\n", "1: : not valid YAML: illegal map value"},
      {"a: 1\nb: c: d\n", "2: : not valid YAML: illegal map value"},
      {"a:\n\t- b\n", "2: : not valid YAML: illegal block entry"},
      {"a: *nowhere\n", "1: : not valid YAML: the referenced anchor is not defined"},
      {"a: 1\nb: 2\na: 3\n", "3: : the key \"a\" is in line 1 too"},
      {"a:\n  b: 1\n  b: 2\n", "3: : the key \"b\" is in line 2 too"},
      {"a: 1\n---\nb: 2\n", "2: : a second document begins: the file must hold one"},
      // yaml-cpp's LoadAll() makes documents of this without end.
      {"\"\",\"\"", "1: : a second document begins: the file must hold one"},
      {"- a\n", "1: : the file has to be a mapping: lines of `key: value`"},
      {"just words\n", "1: : the file has to be a mapping: lines of `key: value`"},
      {"a: !secret b\n", "1: : the tag !secret is not supported"},
      {"[a, b]: c\n", "1: : a key has to be a text"},
      {"a: {<<: text}\n", "1: : << takes an alias of a mapping, or a list of them"},
      {"a: &a [*a]\n", "1: : too deep or too large; does an anchor contain its own alias?"},
  };
  for (const FaultCase& c : cases) {
    Faults faults;
    EXPECT_EQ(Show(ParseYaml(c.text, faults)), "{}") << c.text;
    EXPECT_EQ(FaultLines(faults), std::vector<std::string>{c.fault}) << c.text;
  }
}

// Nine levels of ten aliases each would be a thousand million nodes.
TEST(ParseYaml, AliasesOfAliasesDoNotExhaustMemory) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i <= 8; ++i) {
    text += absl::StrCat("a", i, ": &a", i, " [");
    for (int j = 0; j < 10; ++j) text += absl::StrCat(j == 0 ? "" : ", ", "*a", i - 1);
    text += "]\n";
  }
  Faults faults;
  EXPECT_EQ(Show(ParseYaml(text, faults)), "{}");
  ASSERT_EQ(faults.all().size(), 1u);
  EXPECT_EQ(faults.all()[0].message,
            "too deep or too large; does an anchor contain its own alias?");
}

TEST(ParseYaml, DeepNestingIsRefused) {
  Faults faults;
  EXPECT_EQ(Show(ParseYaml("a: " + std::string(1000, '['), faults)), "{}");
  EXPECT_EQ(faults.all().size(), 1u);
  Faults closed;
  const std::string deep = "a: " + std::string(80, '[') + std::string(80, ']');
  EXPECT_EQ(Show(ParseYaml(deep, closed)), "{}");
  EXPECT_EQ(closed.all().size(), 1u);
}

}  // namespace
}  // namespace leadrelay::config
