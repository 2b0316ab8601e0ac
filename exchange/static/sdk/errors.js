// Errors as the carrier's library makes them: name, code, meaning.

const MEANINGS = {
  20101: ["AccessTokenInvalid", "The access token is not valid"],
  20104: ["AccessTokenExpired", "The access token has expired, or lasts too long"],
  31000: ["UnknownError", "Something unknown went wrong"],
  31005: ["ConnectionError", "The connection for calls was lost or refused"],
  31401: ["PermissionDeniedError", "The microphone may not be used"],
  31402: ["AcquisitionFailedError", "The microphone could not be opened"],
  53001: ["ConnectionDisconnected", "The connection for calls is interrupted"],
};

class TwilioError extends Error {
  constructor(code, originalError) {
    const [name, explanation] = MEANINGS[code];
    super(`${name} (${code}): ${explanation}`);
    Object.assign(this, { name, code, explanation, description: explanation });
    Object.assign(this, { causes: [], solutions: [], originalError });
  }
}

class InvalidArgumentError extends Error {
  name = "InvalidArgumentError";
}

class InvalidStateError extends Error {
  name = "InvalidStateError";
}

class NotSupportedError extends Error {
  name = "NotSupportedError";
}
