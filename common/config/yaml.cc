#include "common/config/yaml.h"

#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace leadrelay::config {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxNodes = 100'000;

struct Refused {
  int line;
  std::string message;
};

int LineOf(const YAML::Mark& mark) {
  return mark.is_null() ? 0 : mark.line + 1;
}

// Builds YamlNodes out of yaml-cpp's; throws Refused.
class Builder {
 public:
  YamlNode Build(const YAML::Node& node, int depth) {
    const int line = LineOf(node.Mark());
    if (depth > kMaxDepth || ++nodes_ > kMaxNodes) {
      throw Refused{line, "too deep or too large; does an anchor contain its own alias?"};
    }
    RefuseTag(node, line);
    YamlNode result;
    result.line = line;
    if (node.IsScalar()) {
      result.kind = YamlNode::Kind::kScalar;
      result.text = node.Scalar();
    } else if (node.IsSequence()) {
      result.kind = YamlNode::Kind::kList;
      for (const YAML::Node& item : node) result.items.push_back(Build(item, depth + 1));
    } else if (node.IsMap()) {
      result.kind = YamlNode::Kind::kMapping;
      BuildMembers(node, depth, result);
    }
    return result;
  }

 private:
  // yaml-cpp marks a plain scalar with "?" and a quoted one with "!".
  static void RefuseTag(const YAML::Node& node, int line) {
    const std::string& tag = node.Tag();
    if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with("tag:yaml.org,2002:")) return;
    throw Refused{line, absl::StrCat("the tag ", tag, " is not supported")};
  }

  void BuildMembers(const YAML::Node& node, int depth, YamlNode& result) {
    std::vector<YamlNode> merged;
    for (const auto& member : node) {
      const int line = LineOf(member.first.Mark());
      if (!member.first.IsScalar()) throw Refused{line, "a key has to be a text"};
      const std::string& key = member.first.Scalar();
      if (const YamlMember* first = result.Find(key)) {
        throw Refused{line, absl::StrCat("the key \"", key, "\" is in line ", first->line, " too")};
      }
      YamlNode value = Build(member.second, depth + 1);
      if (key == "<<" && member.first.Tag() == "?") {
        AddMerged(std::move(value), line, merged);
      } else {
        result.members.push_back({key, line, std::move(value)});
      }
    }
    // What is written in the mapping itself wins, then the first of the merged ones.
    for (YamlNode& source : merged) {
      for (YamlMember& member : source.members) {
        if (result.Find(member.key) == nullptr) result.members.push_back(std::move(member));
      }
    }
  }

  static void AddMerged(YamlNode value, int line, std::vector<YamlNode>& merged) {
    std::vector<YamlNode> sources;
    if (value.kind == YamlNode::Kind::kList) {
      sources = std::move(value.items);
    } else {
      sources.push_back(std::move(value));
    }
    for (YamlNode& source : sources) {
      if (source.kind != YamlNode::Kind::kMapping) {
        throw Refused{line, "<< takes an alias of a mapping, or a list of them"};
      }
      merged.push_back(std::move(source));
    }
  }

  int nodes_ = 0;
};

// In [ ] and { } the braces of a reference are YAML's own, and its message does not say so.
std::string HintFor(const std::string& text, int line) {
  std::istringstream lines(text);
  std::string faulty;
  for (int i = 0; i < line && std::getline(lines, faulty); ++i) {
  }
  const size_t reference = faulty.find("${");
  if (reference == std::string::npos || faulty.find_first_of("[{") > reference) return "";
  return "; inside [ ] and { } a ${...} has to stand in quotes";
}

YamlNode EmptyMapping() {
  YamlNode node;
  node.kind = YamlNode::Kind::kMapping;
  return node;
}

// Notes where a document begins, and nothing else.
class DocumentStart final : public YAML::EventHandler {
 public:
  int line = 0;
  void OnDocumentStart(const YAML::Mark& mark) override { line = LineOf(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&,
                const std::string&,
                YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&,
                       const std::string&,
                       YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&,
                  const std::string&,
                  YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Not by LoadAll(): of some garbage yaml-cpp 0.7 makes documents without end.
void RefuseSecondDocument(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (!parser.HandleNextDocument(start) || !parser.HandleNextDocument(start)) return;
  throw Refused{start.line, "a second document begins: the file must hold one"};
}

YamlNode ParseOrThrow(const std::string& text) {
  RefuseSecondDocument(text);
  const YAML::Node document = YAML::Load(text);
  if (document.IsNull()) return EmptyMapping();
  if (!document.IsMap()) {
    throw Refused{LineOf(document.Mark()), "the file has to be a mapping: lines of `key: value`"};
  }
  return Builder().Build(document, 0);
}

}  // namespace

const YamlMember* YamlNode::Find(std::string_view key) const {
  for (const YamlMember& member : members) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

YamlNode ParseYaml(std::string_view text, Faults& faults) {
  const std::string copy(text);
  try {
    return ParseOrThrow(copy);
  } catch (const YAML::Exception& exception) {
    const int line = LineOf(exception.mark);
    faults.Add(line, "", absl::StrCat("not valid YAML: ", exception.msg, HintFor(copy, line)));
  } catch (const Refused& refused) {
    faults.Add(refused.line, "", refused.message);
  }
  return EmptyMapping();
}

}  // namespace leadrelay::config
