import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no certificate can be made here; null when one can. */
export const noCertificates =
  spawnSync('openssl', ['version']).status === 0
    ? null
    : 'openssl is not installed (Debian package "openssl")';

export interface Certificate {
  key: string;
  cert: string;
}

/** A self-made certificate, its own authority, for this address or name. @param days how long it is valid; -1: until yesterday */
export function selfMadeCertificate(name = 'IP:127.0.0.1', days = 2): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-certificate-'));
  const [key, request, cert] = ['key.pem', 'request.pem', 'cert.pem'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ];
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
  const named = ['-subj', '/CN=receiver.test', '-addext', `subjectAltName=${name}`];
  const signed = ['-req', '-in', request, '-signkey', key, '-copy_extensions', 'copy', '-out', cert];
  try {
    openssl('req', '-new', ...curve, ...named, '-out', request);
    openssl('x509', ...signed, '-days', String(days));
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
