import { isIP } from 'node:net';

const sentences: Record<string, (where: string) => string> = {
  ECONNREFUSED: (where) => `Nothing listens at ${where} (connection refused).`,
  ENOTFOUND: (where) => `The name of ${where} does not resolve.`,
  EAI_AGAIN: (where) => `The name of ${where} cannot be resolved right now.`,
  EHOSTUNREACH: (where) => `There is no route to ${where}.`,
  ENETUNREACH: (where) => `There is no route to ${where}.`,
  ECONNRESET: (where) => `${where} closed the connection before it had answered.`,
  EPIPE: (where) => `${where} closed the connection before it had answered.`,
  UND_ERR_SOCKET: (where) => `${where} closed the connection before it had answered.`,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: (where) => `${where} closed the connection inside its answer.`,
  ETIMEDOUT: (where) => `${where} did not accept the connection in time.`,
  UND_ERR_CONNECT_TIMEOUT: (where) => `${where} did not accept the connection in time.`,
  UND_ERR_HEADERS_TIMEOUT: (where) => `${where} did not answer in time.`,
  UND_ERR_BODY_TIMEOUT: (where) => `${where} stopped in the middle of its answer.`,
  UND_ERR_RES_EXCEEDED_MAX_SIZE: (where) => `${where} sent a larger answer than is read.`,
  CERT_HAS_EXPIRED: (where) => `The TLS certificate of ${where} has expired.`,
  ERR_TLS_CERT_ALTNAME_INVALID: (where) => `The TLS certificate of ${where} is for another name.`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (where) =>
    `The TLS certificate of ${where} is from an authority not known here.`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (where) =>
    `The TLS certificate of ${where} is from an authority not known here.`,
  SELF_SIGNED_CERT_IN_CHAIN: (where) =>
    `The TLS certificate of ${where} is from an authority not known here.`,
  ERR_SSL_WRONG_VERSION_NUMBER: (where) => `${where} does not speak TLS.`,
  DEPTH_ZERO_SELF_SIGNED_CERT: (where) =>
    `The TLS certificate of ${where} is self-signed and not known here.`,
};

/** What went wrong on the wire, in a sentence. `where` is the receiver's origin; it never carries a credential. */
export function explainFailure(error: unknown, where: string): string {
  const code = codeOf(error);
  const sentence = code === null ? undefined : sentences[code];
  if (sentence !== undefined) return sentence(where);
  if (code?.startsWith('HPE_')) return `${where} does not speak HTTP.`;
  return `${where} could not be reached: ${error instanceof Error ? error.message : String(error)}.`;
}

/** No connection was made, so nothing was sent. Everything else may have arrived. */
const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$|CERT|LEAF_SIGNATURE/;

/** Whether a request failed before anything of it was sent. */
export function wasNeverSent(error: unknown): boolean {
  return beforeSending.test(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : null;
}

/** `host:port` of a URL, the port always said. */
export function hostAndPort(url: URL): string {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
