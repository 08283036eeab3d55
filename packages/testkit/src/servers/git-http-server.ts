import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * How the host behaves from now on. `silent`: accepts and never answers. `garbage`: answers what no host answers.
 * `loses-replies`: takes a push, and drops the connection before it says so. `rejects`: knows nobody.
 */
export type GitHostMood = 'well' | 'silent' | 'garbage' | 'loses-replies' | 'rejects';

export interface GitHttpServer {
  url: string;
  behave(mood: GitHostMood): void;
  /** Called with the path of each request, before it is served. */
  beforeEach(listener: ((path: string) => Promise<void>) | null): void;
  /** `authorization` headers that came, and each path that was asked for. */
  seen: { authorization: (string | undefined)[]; paths: string[] };
  close(): Promise<void>;
}

/** Serves bare repositories by `git http-backend`, the program that Git itself comes with for this. */
export async function startGitHttpServer(folder: string, password?: string): Promise<GitHttpServer> {
  let mood: GitHostMood = 'well';
  let before: ((path: string) => Promise<void>) | null = null;
  const seen: GitHttpServer['seen'] = { authorization: [], paths: [] };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = request;
    seen.authorization.push(request.headers.authorization);
    seen.paths.push(url);
    await before?.(url);
    if (mood === 'silent') return;
    if (mood === 'garbage') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>?</h1>');
      return;
    }
    const isKnown = password === undefined || passwordOf(request) === password;
    if (mood === 'rejects' || !isKnown) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    serve(folder, request, response, mood === 'loses-replies' && url.endsWith('/git-receive-pack'));
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    behave: (next) => {
      mood = next;
    },
    beforeEach: (listener) => {
      before = listener;
    },
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passwordOf({ headers }: IncomingMessage): string | undefined {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  return (
    basic &&
    Buffer.from(basic, 'base64')
      .toString()
      .replace(/^[^:]*:/, '')
  );
}

/** One request as CGI: https://git-scm.com/docs/git-http-backend */
function serve(folder: string, request: IncomingMessage, response: ServerResponse, isLost: boolean): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.on('close', () => {
    if (isLost) return request.socket.destroy();
    const all = Buffer.concat(out);
    const end = all.indexOf('\r\n\r\n');
    const lines = all.subarray(0, end).toString().split('\r\n');
    const headers = lines.map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = Number(headers.find(([name]) => name === 'Status')?.[1]?.slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
    response.end(all.subarray(end + 4));
  });
}
