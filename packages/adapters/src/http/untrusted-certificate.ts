/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const untrusted =
  /^(CERT_.+|ERR_TLS_CERT_.+|UNABLE_TO_(GET_ISSUER_CERT.*|VERIFY_LEAF_SIGNATURE)|(DEPTH_ZERO_)?SELF_SIGNED_CERT.*|HOSTNAME_MISMATCH)$/;

/** Whether a request failed because its peer's certificate is not trusted: another try meets the same one. */
export function isUntrustedCertificate(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && typeof error.code === 'string' && untrusted.test(error.code)) return true;
  return 'cause' in error && isUntrustedCertificate(error.cause);
}
