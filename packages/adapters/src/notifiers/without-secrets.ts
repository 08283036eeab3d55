/** What somebody else said, without what must not stand in it: a receiver may say what it was told. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '…'), text);
}
