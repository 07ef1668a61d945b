// proto/asyncapi.yaml against the topology that the services declare and the messages they write.

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"
#include <yaml-cpp/yaml.h>

#include "common/lead/events.h"
#include "common/lead/topology.h"
#include "tests/unit/lead/samples.h"

namespace leadrelay::lead {
namespace {

YAML::Node Document() {
  return YAML::LoadFile(std::string(LEADRELAY_SOURCE_DIR) + "/proto/asyncapi.yaml");
}

using Words = std::map<std::string, std::string>;

std::string Fill(std::string text, const Words& words) {
  for (const auto& [word, value] : words) {
    for (size_t at = 0; (at = text.find(word, at)) != text.npos; at += value.size()) {
      text.replace(at, word.size(), value);
    }
  }
  return text;
}

// What the words of a template may stand for: one set of words for each line that it becomes.
std::vector<Words> Expansions(const std::string& text,
                              const std::vector<std::string>& destinations,
                              const YAML::Node& rungs) {
  std::vector<Words> expansions;
  if (text.find("{destination}") != text.npos) {
    for (const std::string& destination : destinations) {
      expansions.push_back({{"{destination}", destination}});
    }
  } else if (text.find("{rung}") != text.npos) {
    for (const auto& rung : rungs) {
      expansions.push_back(
          {{"{rung}", rung.first.as<std::string>()}, {"{rung-ms}", rung.second.as<std::string>()}});
    }
  } else {
    expansions.emplace_back();
  }
  return expansions;
}

amqp::FieldValue FieldOf(const std::string& text) {
  const bool number = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  if (number) return int64_t{std::stoll(text)};
  return text;
}

amqp::Topology DescribedTopology(const std::vector<std::string>& destinations) {
  const YAML::Node document = Document();
  const YAML::Node described = document["x-topology"];
  const YAML::Node rungs = document["x-rungs"];
  amqp::Topology topology;
  for (const auto& exchange : described["exchanges"]) {
    topology.exchanges.push_back({exchange.first.as<std::string>(),
                                  exchange.second["type"].as<std::string>(),
                                  exchange.second["alternate"].as<std::string>("")});
  }
  for (const auto& queue : described["queues"]) {
    const std::string name = queue.first.as<std::string>();
    for (const Words& words : Expansions(name, destinations, rungs)) {
      amqp::Table arguments;
      for (const auto& argument : queue.second) {
        arguments[argument.first.as<std::string>()] =
            FieldOf(Fill(argument.second.as<std::string>(), words));
      }
      topology.queues.push_back({Fill(name, words), std::move(arguments)});
    }
  }
  for (const auto& binding : described["bindings"]) {
    const std::string queue = binding["queue"].as<std::string>();
    for (const Words& words : Expansions(queue, destinations, rungs)) {
      topology.bindings.push_back({binding["exchange"].as<std::string>(),
                                   Fill(queue, words),
                                   Fill(binding["key"].as<std::string>(), words)});
    }
  }
  return topology;
}

// In one order, since the document's is for reading.
amqp::Topology Sorted(amqp::Topology topology) {
  std::ranges::sort(topology.exchanges, {}, &amqp::Exchange::name);
  std::ranges::sort(topology.queues, {}, &amqp::Queue::name);
  std::ranges::sort(topology.bindings, [](const auto& a, const auto& b) {
    return std::tie(a.exchange, a.queue, a.routing_key) <
           std::tie(b.exchange, b.queue, b.routing_key);
  });
  return topology;
}

std::set<std::string> Keys(const YAML::Node& map) {
  std::set<std::string> keys;
  for (const auto& member : map) keys.insert(member.first.as<std::string>());
  return keys;
}

TEST(AsyncApiTest, DescribesTheTopologyThatIsDeclared) {
  const std::vector<std::string> destinations = {"crm-eu", "sheet"};
  const amqp::Topology described = Sorted(DescribedTopology(destinations));
  const amqp::Topology built = Sorted(BuildTopology(destinations, DefaultRungs()));
  EXPECT_EQ(described.exchanges, built.exchanges);
  EXPECT_EQ(described.queues, built.queues);
  EXPECT_EQ(described.bindings, built.bindings);
}

TEST(AsyncApiTest, HasAChannelForEveryQueueAndNoOther) {
  const YAML::Node document = Document();
  EXPECT_EQ(Keys(document["channels"]), Keys(document["x-topology"]["queues"]));
}

TEST(AsyncApiTest, NamesTheHeadersOfADelivery) {
  amqp::Message message;
  SampleState().Write(message);
  std::set<std::string> written;
  for (const auto& [name, value] : message.headers) written.insert(name);
  EXPECT_EQ(Keys(Document()["components"]["messages"]["Delivery"]["headers"]["properties"]),
            written);
}

TEST(AsyncApiTest, NamesTheMessageTypes) {
  const YAML::Node messages = Document()["components"]["messages"];
  const auto type_of = [&](const std::string& message) {
    return messages[message]["bindings"]["amqp"]["messageType"].as<std::string>();
  };
  EXPECT_EQ(type_of("AcceptedLead"), kAcceptedType);
  EXPECT_EQ(type_of("AcceptedLeads"), kAcceptedManyType);
  EXPECT_EQ(type_of("Outcomes"), kOutcomesType);
  EXPECT_EQ(type_of("DeadLetter"), kDeadLetterType);
}

// Local references lead somewhere, and files that are referred to are there.
void CheckReferences(const YAML::Node& root, const YAML::Node& node, int& seen) {
  if (node.IsSequence()) {
    for (const YAML::Node& element : node) CheckReferences(root, element, seen);
  }
  if (!node.IsMap()) return;
  for (const auto& member : node) {
    if (member.first.as<std::string>() != "$ref") {
      CheckReferences(root, member.second, seen);
      continue;
    }
    ++seen;
    const std::string target = member.second.as<std::string>();
    if (!target.starts_with("#/")) {
      EXPECT_TRUE(std::ifstream(std::string(LEADRELAY_SOURCE_DIR) + "/proto/" + target)) << target;
      continue;
    }
    YAML::Node found = YAML::Clone(root);
    std::istringstream path(target.substr(2));
    for (std::string token; std::getline(path, token, '/');) found = YAML::Clone(found[token]);
    EXPECT_TRUE(found.IsMap()) << target;
  }
}

TEST(AsyncApiTest, EveryReferenceLeadsSomewhere) {
  for (const std::string file : {"asyncapi.yaml", "openapi.yaml"}) {
    const YAML::Node document =
        YAML::LoadFile(std::string(LEADRELAY_SOURCE_DIR) + "/proto/" + file);
    int seen = 0;
    CheckReferences(document, document, seen);
    EXPECT_GT(seen, 5) << file;
  }
}

}  // namespace
}  // namespace leadrelay::lead
