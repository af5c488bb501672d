"""What AWS refuses, in words, with the next step; by codes alone, so that nothing here needs boto3."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from sluicegate.text import one_line, plural, shorten

NOT_FOUND = frozenset({"NoSuchKey", "404", "NotFound"})
OVERTAKEN = (
    frozenset({"PreconditionFailed", "ConditionalRequestConflict", "OperationAborted", "NoSuchUpload", "412", "409"})
    | NOT_FOUND
)
"""What a conditional write ends in when its condition does not hold, or somebody writes at the same time."""

_RENEW = "renew them: on a laptop `aws sso login` or `aws login`; in a job, assume the role in the step just before"
_GIVE = (
    "give them the way AWS's own tools take them: AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role; "
    "in GitHub Actions aws-actions/configure-aws-credentials with `permissions: id-token: write`"
)
_TOLD = {
    **dict.fromkeys(
        ("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired", "AccessTokenExpired"),
        ("the AWS credentials have expired", _RENEW),
    ),
    **dict.fromkeys(
        ("InvalidAccessKeyId", "InvalidToken", "UnrecognizedClientException", "AuthFailure"),
        ("AWS does not know these credentials", _GIVE),
    ),
    "SignatureDoesNotMatch": (
        "the secret key does not belong to the access key",
        "see that AWS_SECRET_ACCESS_KEY is whole, without spaces or line ends",
    ),
    "NoSuchBucket": ("there is no such bucket", "check its name, its region and the endpoint, or create it"),
    "InvalidBucketName": ("the bucket's name is not valid", "see `[baseline] store`"),
    "NotImplemented": (
        "the server lacks something that is needed, such as conditional writes",
        "use a server that has them, or another store",
    ),
    "EntityTooLarge": ("the entry is too large for the server", "`sluicegate baseline prune` drops what is gone"),
    "QuotaExceeded": ("the quota of the bucket is used up", "nothing was changed: free some space and run again"),
}
_THROTTLED = frozenset(
    {"SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "RequestThrottled",
     "TooManyRequests", "TooManyRequestsException", "BandwidthLimitExceeded", "503", "429", "ServiceUnavailable"}
)  # fmt: skip
_ELSEWHERE = frozenset(
    {
        "PermanentRedirect",
        "301",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "TemporaryRedirect",
    }
)
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
_CREDENTIALS = {
    "NoCredentialsError": ("there are no AWS credentials", _GIVE),
    "NoAuthTokenError": ("there are no AWS credentials", _GIVE),
    "PartialCredentialsError": ("the AWS credentials are not complete", _GIVE),
    "CredentialRetrievalError": ("the AWS credentials cannot be fetched", _GIVE),
    "ProfileNotFound": ("there is no such AWS profile here", "see AWS_PROFILE, and `profile` in [baseline.s3]"),
    **dict.fromkeys(
        (
            "TokenRetrievalError",
            "SSOTokenLoadError",
            "UnauthorizedSSOTokenError",
            "LoginRefreshRequired",
            "LoginTokenLoadError",
        ),
        ("the sign-in to AWS has expired", _RENEW),
    ),
    "SSLError": (
        "the server's certificate is not trusted",
        "see AWS_CA_BUNDLE, and that the endpoint is right",
    ),
    "ProxyConnectionError": ("the proxy cannot be reached", "see HTTPS_PROXY and NO_PROXY"),
    **dict.fromkeys(
        ("ReadTimeoutError", "ConnectTimeoutError"),
        ("the server did not answer in time", "run again; `read-timeout` in [baseline.s3] gives it longer"),
    ),
}


def code_of(error: Any) -> str:
    """The code of a refusal of S3; the status where it has none."""
    response = error.response
    code = str(response.get("Error", {}).get("Code", ""))
    return code or str(response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))


def explained(error: Exception, bucket: str, right: str) -> tuple[str, str]:
    """Why a call failed, and what to do. `right` is the permission that the call needs."""
    response = getattr(error, "response", None)
    if not isinstance(response, dict) or "Error" not in response:
        known = next(
            (_CREDENTIALS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _CREDENTIALS), None
        )
        if known:
            return known
        return (
            f"it cannot be reached ({shorten(one_line(str(error)), 200)})",
            "see the endpoint and the network, and run again",
        )
    code = code_of(error)
    if code in _TOLD:
        return _TOLD[code]
    if code in _SKEWED:
        return f"the clock of this machine is wrong{_skew(response)}", "set it, such as by `timedatectl set-ntp true`"
    if code in _THROTTLED:
        tried = int(response.get("ResponseMetadata", {}).get("RetryAttempts", 0)) + 1
        hint = 'let fewer jobs write at a time, or set retries = "adaptive" and more attempts in [baseline.s3]'
        return f"the server asks for fewer requests ({code}), also after {plural(tried, 'attempt')}", hint
    if code in _ELSEWHERE:
        region = _header(response, "x-amz-bucket-region") or str(response["Error"].get("Region", ""))
        named = f' = "{one_line(region)}"' if region else ""
        return "the bucket lies in another region", f"give it in [baseline.s3]: region{named}"
    if code.startswith("KMS"):
        return (
            f"the key of the encryption cannot be used ({code})",
            "see kms-key in [baseline.s3], and who may use that key",
        )
    said = shorten(one_line(str(response["Error"].get("Message", ""))), 200)
    if code in ("AccessDenied", "403", "AllAccessDisabled", "Forbidden"):
        also = " and s3:ListBucket (else a missing object looks forbidden)" if right == "s3:GetObject" else ""
        return f"access is denied ({said})" if said else "access is denied", f"the role needs {right} on {bucket}{also}"
    return f"{code}: {said}" if said else code, ""


def _header(response: dict[str, Any], name: str) -> str:
    return str(response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(name, ""))


def _skew(response: dict[str, Any]) -> str:
    """How far the clock is off, by the date of the answer."""
    try:
        away = (datetime.now(UTC) - parsedate_to_datetime(_header(response, "date"))).total_seconds()
    except (TypeError, ValueError):
        return ""
    return f": it is {abs(away) / 60:,.0f} minutes {'ahead' if away > 0 else 'behind'}"
