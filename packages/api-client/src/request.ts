import type { Problem } from './generated/model/index.ts';

/** An answer that is not a success, with the problem the server described. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;
  /** Seconds after which asking again makes sense, as the server said; null when it did not. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null) {
    super(problem.detail);
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

let address = '';
let token: string | null = null;
let name: string | null = null;

/** Where the API is and who asks. Without a call: the page's own origin, no token. */
export function connect(options: { url?: string; token?: string | null }): void {
  address = (options.url ?? '').replace(/\/$/, '');
  token = options.token ?? null;
}

/** What acts are signed with where no token says who asks; null for no name. It proves nothing, and the record says so. */
export function signWith(given: string | null): void {
  name = given;
}

/** Sends one request of the generated client. Throws `ApiError` for an answer that is not a success. */
export async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = new Headers(init.headers);
  const write = init.method !== undefined && init.method !== 'GET';
  // Every write is JSON, an empty one too: it is how the server tells a program from a form of another site.
  if (write) headers.set('content-type', 'application/json');
  if (token) headers.set('authorization', `Bearer ${token}`);
  // A header holds ASCII only.
  if (write && name) headers.set('lastgood-name', encodeURIComponent(name.toWellFormed()));
  const body = init.body ?? (write ? '{}' : null);
  const response = await fetch(`${address}${path}`, { ...init, headers, body });
  if (!response.ok) throw await readProblem(response);
  // One in lines is read by whoever asked for it, while it comes.
  if (response.headers.get('content-type')?.startsWith('application/x-ndjson')) return response as T;
  return (await response.json()) as T;
}

async function readProblem(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const text = await response.text();
  return new ApiError(
    asProblem(text) ?? {
      type: 'about:blank',
      title: response.statusText || 'Unexpected answer',
      status: response.status,
      detail: `Lastgood answered ${response.status} without saying why.`,
    },
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}

function asProblem(text: string): Problem | null {
  if (!text.startsWith('{')) return null;
  const body = JSON.parse(text) as Partial<Problem>;
  return typeof body.detail === 'string' && typeof body.status === 'number' ? (body as Problem) : null;
}

/** What the generated code names as the error of every operation. */
export type ErrorType<P> = ApiError & { problem: P };
