#include "daemon/certificate.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>
#include <system_error>

namespace planwatch {
namespace {

struct OpensslDeleter {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, OpensslDeleter>;

// Forward secrecy and authenticated encryption alone; TLS 1.3 has nothing else.
constexpr const char* ciphers_of_tls_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::chrono::days soon{14};

// OpenSSL's own word for what just failed; its list of errors is empty afterwards.
std::string openssl_reason()
{
    const unsigned long first = ERR_get_error();
    ERR_clear_error();
    const char* reason = first == 0 ? nullptr : ERR_reason_error_string(first);
    return reason ? reason : "OpenSSL gives no reason";
}

Owned<BIO> memory_of(const std::string& text) { return Owned<BIO>{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

std::optional<std::string> read_text(const std::filesystem::path& file, Problems& problems)
{
    try {
        return read_file(file).text;
    } catch (const std::system_error& error) {
        problems.push_back({file.string(), error.what()});
        return std::nullopt;
    }
}

// Asked for the passphrase of an encrypted key: there is nobody to ask.
int no_passphrase(char*, int, int, void* asked)
{
    *static_cast<bool*>(asked) = true;
    return -1;
}

Owned<X509> certificate_in(const std::string& text, const std::string& file, Problems& problems)
{
    const Owned<BIO> bio = memory_of(text);
    Owned<X509> certificate{PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr)};
    if (certificate) return certificate;
    const std::string reason = openssl_reason();
    const bool other = text.find("PRIVATE KEY-----") != std::string::npos;
    problems.push_back({file, other ? "there is no certificate in it, but a private key; are certificate_file and key_file exchanged?"
                                    : fmt::format("there is no certificate in it that can be read ({}); expected PEM: the server's own first, then its chain", reason)});
    return nullptr;
}

Owned<EVP_PKEY> key_in(const std::string& text, const std::string& file, Problems& problems)
{
    const Owned<BIO> bio = memory_of(text);
    bool asked = false;
    Owned<EVP_PKEY> key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked)};
    if (key) return key;
    const std::string reason = openssl_reason();
    const bool other = text.find("PRIVATE KEY-----") == std::string::npos && text.find("BEGIN CERTIFICATE") != std::string::npos;
    problems.push_back({file, asked   ? "the key is encrypted, and nobody is there to give its passphrase; expected one without (openssl pkey removes it)"
                              : other ? "there is no private key in it, but a certificate; are certificate_file and key_file exchanged?"
                                      : fmt::format("there is no private key in it that can be read ({}); expected PEM", reason)});
    return nullptr;
}

Instant instant_of(const ASN1_TIME* time)
{
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    const std::chrono::year_month_day day{std::chrono::year{parts.tm_year + 1900}, std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                          std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
    return std::chrono::sys_days{day} + std::chrono::hours{parts.tm_hour} + std::chrono::minutes{parts.tm_min} + std::chrono::seconds{parts.tm_sec};
}

std::string subject_of(const X509& certificate)
{
    const Owned<BIO> bio{BIO_new(BIO_s_mem())};
    X509_NAME_print_ex(bio.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    const char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "(no subject)";
}

void harden(SSL_CTX* context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, ciphers_of_tls_1_2);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // a waiting connection holds no buffers of OpenSSL's
}

}  // namespace

Certificate::Certificate(CertificateFiles files) : files_{std::move(files)} {}

Result<std::shared_ptr<Certificate>> Certificate::read(const CertificateFiles& files)
{
    Problems problems;
    const auto chain = read_text(files.certificate, problems);
    const auto key_text = read_text(files.key, problems);
    const Owned<X509> own = chain ? certificate_in(*chain, files.certificate.string(), problems) : nullptr;
    const Owned<EVP_PKEY> key = key_text ? key_in(*key_text, files.key.string(), problems) : nullptr;
    if (own && key && X509_check_private_key(own.get(), key.get()) != 1) {
        ERR_clear_error();
        problems.push_back({files.key.string(), fmt::format("the key does not belong to the certificate in {}", files.certificate.string())});
    }
    if (!problems.empty()) return tl::unexpected{std::move(problems)};

    std::shared_ptr<Certificate> read{new Certificate{files}};  // the constructor is private
    SSL_CTX* const context = read->context_.native_handle();
    harden(context);
    boost::system::error_code error;
    read->context_.use_certificate_chain(boost::asio::buffer(*chain), error);
    if (error) return fail(files.certificate.string(), fmt::format("OpenSSL does not take the certificate: {}", error.message()));
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1)
        return fail(files.key.string(), fmt::format("OpenSSL does not take the key: {}", openssl_reason()));
    read->not_before_ = instant_of(X509_get0_notBefore(own.get()));
    read->not_after_ = instant_of(X509_get0_notAfter(own.get()));
    read->subject_ = subject_of(*own);
    std::error_code ignored;
    const auto others = std::filesystem::status(files.key, ignored).permissions() & std::filesystem::perms::others_read;
    read->key_is_open_ = !ignored && others != std::filesystem::perms::none;
    return read;
}

std::vector<std::string> Certificate::warnings(Instant now) const
{
    std::vector<std::string> all;
    const auto tell = [&](std::string words) { all.push_back(fmt::format("{}: {}", files_.certificate.string(), words)); };
    if (now < not_before_) tell(fmt::format("the certificate is good from {} on only; clients refuse it until then", format_instant_utc(not_before_)));
    if (now >= not_after_) {
        tell(fmt::format("the certificate ended at {}; clients refuse it until it is renewed", format_instant_utc(not_after_)));
    } else if (not_after_ - now < soon) {
        tell(fmt::format("the certificate ends at {}; renew it", format_instant_utc(not_after_)));
    }
    if (key_is_open_) all.push_back(fmt::format("{}: everybody on this machine can read the key; chmod o-r it", files_.key.string()));
    return all;
}

}  // namespace planwatch
