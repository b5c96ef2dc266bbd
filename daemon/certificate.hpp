// The certificate that the listener shows, with its key: read from files, checked, and ready for handshakes (TLS 1.2 and 1.3).
#pragma once

#include "config/settings.hpp"
#include "rules/result.hpp"
#include "rules/time.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <vector>

namespace planwatch {

class Certificate {
public:
    // Every problem of the two files, each with its path. A certificate whose time has not come, or is over, is none of them:
    // `warnings` tells it.
    static Result<std::shared_ptr<Certificate>> read(const CertificateFiles& files);

    boost::asio::ssl::context& context() { return context_; }
    Instant not_before() const { return not_before_; }
    Instant not_after() const { return not_after_; }
    const std::string& subject() const { return subject_; }

    // What an operator should know though TLS works: a certificate outside its time, or at its end within a fortnight; a key that
    // everybody on the machine can read.
    std::vector<std::string> warnings(Instant now) const;

private:
    explicit Certificate(CertificateFiles files);

    CertificateFiles files_;
    boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
    Instant not_before_{};
    Instant not_after_{};
    std::string subject_;
    bool key_is_open_ = false;
};

}  // namespace planwatch
