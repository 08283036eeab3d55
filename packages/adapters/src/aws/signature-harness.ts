import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface KnownKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** How a request is refused, by the code and the words of the real API. */
export interface AwsRefusal {
  status: number;
  code: string;
  message: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
const form =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
const toleratedMs = 5 * 60_000;

const refuse = (code: string, message: string, status = 403): AwsRefusal => ({ status, code, message });

/**
 * Checks a request as AWS does, from the description of Signature Version 4 and not with the SDK that signed it; null when
 * the signature is right. For tests.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function refusedSignature(
  request: IncomingMessage,
  body: string,
  { key, region, service }: { key: KnownKey; region: string; service: string },
): AwsRefusal | null {
  const found = form.exec(request.headers.authorization ?? '');
  if (!found) return refuse('MissingAuthenticationToken', 'Request is missing Authentication Token');
  const [, keyId, day = '', inRegion = '', forService, signed = '', signature] = found;
  if (keyId !== key.accessKeyId)
    return refuse('InvalidClientTokenId', 'The security token included in the request is invalid.');
  if (inRegion !== region || forService !== service)
    return refuse('SignatureDoesNotMatch', `Credential should be scoped to ${region} and ${service}.`);
  const names = signed.split(';');
  const at = String(request.headers['x-amz-date']);
  if (!names.includes('host') || !names.includes('x-amz-date'))
    return refuse('SignatureDoesNotMatch', 'host and x-amz-date must be signed.');
  if (key.sessionToken !== request.headers['x-amz-security-token'])
    return refuse('InvalidClientTokenId', 'The security token included in the request is invalid.');
  if (!at.startsWith(day) || Math.abs(instantOf(at) - Date.now()) > toleratedMs)
    return refuse('SignatureDoesNotMatch', `Signature expired: ${at}`);
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const canonical = [
    request.method,
    path,
    query.split('&').sort().join('&'),
    ...names.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n');
  const signing = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    hmac,
    `AWS4${key.secretAccessKey}`,
  );
  if (hmac(signing, toSign).toString('hex') === signature) return null;
  return refuse(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided.',
  );
}

/** Of `20261129T175800Z`. */
function instantOf(at: string): number {
  return Date.parse(at.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
