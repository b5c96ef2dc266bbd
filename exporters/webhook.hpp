// The generic webhook: a message as JSON for a program of the office's own, signed as https://www.standardwebhooks.com describes
// (so that ready libraries check it). README.md documents the body; a change that a reader could stumble over raises `version`.
#pragma once

#include "exporters/http_post.hpp"
#include "exporters/destination.hpp"
#include "exporters/send_result.hpp"
#include "rules/time.hpp"

#include <string>
#include <string_view>

namespace planwatch {

inline constexpr int webhook_version = 1;

// The body: `{"version":1,"id":…,"test":…,"message":{…}}`. `id`: the message's own, the same on every try; `message`: one JSON object. The
// same message gives the same bytes.
std::string webhook_json(std::string_view id, std::string_view message);
// What `planwatch notify test` sends: a message of no plan that tells of no alert, with `"test": true`.
std::string webhook_test_json(std::string_view id, Instant at, std::string_view subject);

// The POST with its headers: webhook-id (the key by which a repeated try is known), webhook-timestamp (seconds), and where the
// receiver has a secret webhook-signature: "v1," and the base64 HMAC-SHA256 of `id.timestamp.body`. A secret "whsec_…" is base64.
HttpPost webhook_post(const Destination& to, std::string_view id, std::string body, Instant now);

// By the HTTP status: 2xx is delivered; 429 is `later` (Retry-After, else a minute); 400, 410, 413 and 422 are for good; the rest
// is tried again. Redirects are not followed.
SendResult read_webhook_reply(const HttpReply& reply);

}  // namespace planwatch
