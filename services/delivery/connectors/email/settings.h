#pragma once
// What the configuration says about an e-mail destination.
//
//   settings:
//     host: smtp.example.com
//     port: 465
//     security: tls                  # tls, starttls, none
//     hello: relay.example.com       # what we call ourselves; else the domain of `from`
//     username: relay
//     password: ${SMTP_PASSWORD}
//     from: leads@example.com
//     from_name: Example Works
//     envelope_from: bounces@example.com
//     notify:                        # a mail to the team, when it has `to`
//       to: [sales@example.com]
//       subject: "New lead: {{name}}"
//       text: "{{lead}}"
//       html: ${file:/etc/leadrelay/notify.html}
//     confirm:                       # a mail to the lead, when it has `text`
//       subject: Thank you, {{first_name ?? and welcome}}
//       text: ${file:/etc/leadrelay/confirm.txt}
//       html: ...
//       reply_to: sales@example.com

#include <optional>
#include <string>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/email/template.h"

namespace leadrelay::delivery::email {

struct Letter {
  Template subject;
  Template text;
  std::optional<Template> html;
};

struct Settings {
  std::string url;  // "smtps://smtp.example.com:465/relay.example.com"
  bool tls = true;
  std::string username;  // Empty: no login.
  std::string password;
  std::string from;
  std::string from_name;
  std::string envelope_from;

  std::vector<std::string> team;  // Empty: nobody is notified.
  Letter notification;

  bool confirms = false;
  Letter confirmation;
  std::string reply_to;
};

// Faults go to the sections of `setup`.
Settings ReadSettings(Setup& setup);

}  // namespace leadrelay::delivery::email
