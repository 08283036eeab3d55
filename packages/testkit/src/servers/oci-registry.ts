import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LocalServer, startLocalServer } from './local-server.ts';
import { blobOf, type MadeImage } from './oci-layout.ts';

/** A registry in this process that speaks the distribution API and refuses what docker-registry refuses. */
export interface OciRegistry extends LocalServer {
  host: string;
  /** By `repository@digest`. */
  blobs: Map<string, Buffer>;
  /** By `repository@digest` and `repository:tag`. */
  manifests: Map<string, { mediaType: string; bytes: Buffer }>;
  put(repository: string, image: MadeImage): void;
}

interface Asked {
  method: string;
  repository: string;
  rest: string;
  url: URL;
  body: Buffer;
}

export async function startOciRegistry(): Promise<OciRegistry> {
  const blobs: OciRegistry['blobs'] = new Map();
  const manifests: OciRegistry['manifests'] = new Map();
  const uploads = new Set<string>();
  const server = await startLocalServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    const found = /^\/v2\/(.+?)\/((?:manifests|blobs)\/.*)$/.exec(url.pathname);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET' } = request;
    const [, repository = '', rest = ''] = found ?? [];
    const asked = { method, repository, rest, url, body: Buffer.concat(chunks) };
    if (rest.startsWith('manifests/')) answerManifest(asked, request, response);
    else if (rest.startsWith('blobs/uploads/')) answerUpload(asked, response);
    else if (rest.startsWith('blobs/')) answerBlob(asked, request, response);
    else refuse(response, 404, 'UNSUPPORTED');
  });

  function answerManifest(
    { method, repository, rest, body }: Asked,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    const reference = rest.slice('manifests/'.length);
    const key = (of: string) => `${repository}${of.startsWith('sha256:') ? '@' : ':'}${of}`;
    if (method === 'PUT') {
      const mediaType = request.headers['content-type'] ?? '';
      const { digest } = blobOf('', body);
      if (reference.startsWith('sha256:') && reference !== digest)
        return refuse(response, 400, 'DIGEST_INVALID');
      if (!namedBy(body).every((one) => blobs.has(key(one)) || manifests.has(key(one))))
        return refuse(response, 400, 'MANIFEST_BLOB_UNKNOWN');
      for (const of of [reference, digest]) manifests.set(key(of), { mediaType, bytes: body });
      return void response.writeHead(201, { 'docker-content-digest': digest }).end();
    }
    const manifest = manifests.get(key(reference));
    if (!manifest) return refuse(response, 404, 'MANIFEST_UNKNOWN');
    response.writeHead(200, {
      'content-type': manifest.mediaType,
      'content-length': manifest.bytes.length,
      'docker-content-digest': blobOf('', manifest.bytes).digest,
    });
    response.end(method === 'HEAD' ? undefined : manifest.bytes);
  }

  function answerBlob({ repository, rest }: Asked, request: IncomingMessage, response: ServerResponse) {
    const bytes = blobs.get(`${repository}@${rest.slice('blobs/'.length)}`);
    if (!bytes) return refuse(response, 404, 'BLOB_UNKNOWN');
    const isFirst = request.headers.range === 'bytes=0-0';
    response.writeHead(isFirst ? 206 : 200).end(isFirst ? bytes.subarray(0, 1) : bytes);
  }

  function answerUpload({ method, repository, rest, url, body }: Asked, response: ServerResponse) {
    const query = url.searchParams;
    const digest = query.get('digest') ?? '';
    if (method === 'POST') {
      const mount = query.get('mount');
      const mounted = mount === null ? undefined : blobs.get(`${query.get('from')}@${mount}`);
      if (mounted) {
        blobs.set(`${repository}@${mount}`, mounted);
        return void response.writeHead(201).end();
      }
      const id = randomUUID();
      uploads.add(id);
      const location = `/v2/${repository}/blobs/uploads/${id}?_state=a%2Bb~`;
      return void response.writeHead(202, { location }).end();
    }
    const id = rest.slice('blobs/uploads/'.length);
    if (!uploads.delete(id) || query.get('_state') !== 'a+b~')
      return refuse(response, 404, 'BLOB_UPLOAD_UNKNOWN');
    if (blobOf('', body).digest !== digest) return refuse(response, 400, 'DIGEST_INVALID');
    blobs.set(`${repository}@${digest}`, body);
    return void response.writeHead(201).end();
  }

  return {
    ...server,
    ...{ host: `127.0.0.1:${server.port}`, blobs, manifests },
    put(repository, image) {
      for (const { digest, bytes } of image.blobs) blobs.set(`${repository}@${digest}`, bytes);
      for (const { digest, mediaType, bytes } of image.manifests)
        manifests.set(`${repository}@${digest}`, { mediaType, bytes });
    },
  };
}

function namedBy(manifest: Buffer): string[] {
  return [...manifest.toString().matchAll(/"digest":"(sha256:[0-9a-f]{64})"/g)].map(
    ([, digest = '']) => digest,
  );
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message: 'refused', detail: null }] }));
}
