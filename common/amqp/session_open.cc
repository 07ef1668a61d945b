// Connecting and logging in.

#include "absl/strings/str_cat.h"
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "common/amqp/session.h"

namespace leadrelay::amqp {
namespace {

constexpr int kFrameMax = 128 << 10;

absl::Status NoMemory() {
  return absl::ResourceExhaustedError("out of memory for a connection");
}

amqp_table_entry_t BoolEntry(const char* name) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

// The chain, the dates and the name are checked by OpenSSL itself: rabbitmq-c 0.11 compares names
// but not addresses.
bool CheckNameOf(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* rules = SSL_CTX_get0_param(context);
  unsigned char address[sizeof(in6_addr)];
  if (inet_pton(AF_INET, host.c_str(), address) == 1 ||
      inet_pton(AF_INET6, host.c_str(), address) == 1) {
    return X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
  }
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size()) == 1;
}

absl::StatusOr<amqp_socket_t*> NewTlsSocket(amqp_connection_state_t connection,
                                            const ConnectionOptions& options,
                                            const std::string& host) {
  amqp_socket_t* socket = amqp_ssl_socket_new(connection);
  if (socket == nullptr) return NoMemory();
  auto* context = static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket));
  amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
  amqp_ssl_socket_set_verify_peer(socket, 1);
  amqp_ssl_socket_set_verify_hostname(socket, 0);
  if (options.tls_verify_hostname && !CheckNameOf(context, host)) return NoMemory();
  if (options.tls_ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (amqp_ssl_socket_set_cacert(socket, options.tls_ca_file.c_str()) != AMQP_STATUS_OK) {
    return absl::UnavailableError(
        absl::StrCat("cannot read the broker's authority certificate ", options.tls_ca_file));
  }
  if (!options.tls_cert_file.empty() &&
      amqp_ssl_socket_set_key(
          socket, options.tls_cert_file.c_str(), options.tls_key_file.c_str()) != AMQP_STATUS_OK) {
    return absl::UnavailableError(
        absl::StrCat("cannot use the client certificate ", options.tls_cert_file, " with its key"));
  }
  return socket;
}

std::string_view WhyNotOpen(int result, bool tls) {
  switch (result) {
    case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED:
      return "the host name does not resolve";
    case AMQP_STATUS_TIMEOUT:
      return "no answer in time";
    case AMQP_STATUS_SOCKET_ERROR:
      return "the connection was refused or cannot be made";
    case AMQP_STATUS_SSL_PEER_VERIFY_FAILED:
      return "the broker's certificate is not valid for this host, has expired, or is not signed "
             "by the configured authority";
    case AMQP_STATUS_SSL_CONNECTION_FAILED:
      return "the TLS handshake failed: check that the port speaks TLS and whether the broker "
             "wants a client certificate";
    default:
      return tls ? "TLS failed" : amqp_error_string2(result);
  }
}

amqp_rpc_reply_t Login(amqp_connection_state_t connection, const ConnectionOptions& options) {
  // rabbitmq-c does not say these by itself, and the broker then sends neither connection.blocked
  // nor the cancellation of a consumer whose queue is gone.
  amqp_table_entry_t capabilities[] = {BoolEntry("connection.blocked"),
                                       BoolEntry("consumer_cancel_notify"),
                                       BoolEntry("basic.nack"),
                                       BoolEntry("publisher_confirms"),
                                       BoolEntry("authentication_failure_close")};
  amqp_table_entry_t properties[3] = {};
  properties[0].key = amqp_cstring_bytes("capabilities");
  properties[0].value.kind = AMQP_FIELD_KIND_TABLE;
  properties[0].value.value.table = {static_cast<int>(std::size(capabilities)), capabilities};
  properties[1].key = amqp_cstring_bytes("product");
  properties[1].value.kind = AMQP_FIELD_KIND_UTF8;
  properties[1].value.value.bytes = amqp_cstring_bytes("leadrelay");
  properties[2].key = amqp_cstring_bytes("connection_name");
  properties[2].value.kind = AMQP_FIELD_KIND_UTF8;
  properties[2].value.value.bytes = ToBytes(options.name);
  const amqp_table_t table = {static_cast<int>(std::size(properties)), properties};
  const int heartbeat =
      static_cast<int>(absl::ToInt64Seconds(absl::Ceil(options.heartbeat, absl::Seconds(1))));
  return amqp_login_with_properties(connection,
                                    options.virtual_host.c_str(),
                                    0,
                                    kFrameMax,
                                    heartbeat,
                                    &table,
                                    AMQP_SASL_METHOD_PLAIN,
                                    options.username.c_str(),
                                    options.password.c_str());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const ConnectionOptions& options,
                                                       const BrokerAddress& address,
                                                       SocketCutter& cutter) {
  amqp_connection_state_t connection = amqp_new_connection();
  if (connection == nullptr) return NoMemory();
  std::string where = absl::StrCat(address.host, ":", address.port);
  std::unique_ptr<Session> session(new Session(connection, where, cutter));

  amqp_socket_t* socket = nullptr;
  if (options.tls) {
    absl::StatusOr<amqp_socket_t*> made = NewTlsSocket(connection, options, address.host);
    if (!made.ok()) return made.status();
    socket = *made;
  } else {
    socket = amqp_tcp_socket_new(connection);
  }
  if (socket == nullptr) return NoMemory();

  const timeval timeout = absl::ToTimeval(options.connect_timeout);
  const int opened = amqp_socket_open_noblock(socket, address.host.c_str(), address.port, &timeout);
  if (opened != AMQP_STATUS_OK) {
    return absl::UnavailableError(absl::StrCat("cannot connect to the broker at ",
                                               where,
                                               ": ",
                                               std::string(WhyNotOpen(opened, options.tls))));
  }
  cutter.Attach(session->socket());
  amqp_set_handshake_timeout(connection, &timeout);
  amqp_set_rpc_timeout(connection, &timeout);

  absl::Status login = session->Check(Login(connection, options), "log in");
  if (login.ok()) return session;
  return absl::UnavailableError(absl::StrCat(std::string(login.message()),
                                             "; check user name, password and the user's "
                                             "permissions for virtual host '",
                                             options.virtual_host,
                                             "'"));
}

}  // namespace leadrelay::amqp
