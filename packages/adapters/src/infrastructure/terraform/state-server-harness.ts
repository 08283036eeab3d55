import { text } from 'node:stream/consumers';
import { type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';

interface Lock {
  ID: string;
  Operation?: string;
  Who?: string;
}

/** A state behind Terraform's own HTTP backend: https://developer.hashicorp.com/terraform/language/backend/http */
export interface StateServer extends LocalServer {
  state(): string;
  lock: Lock | null;
  /** What the lock was ever taken for, such as `OperationTypeApply`. */
  lockedFor: string[];
}

export async function startStateServer(): Promise<StateServer> {
  let state = '';
  let lock: Lock | null = null;
  const lockedFor: string[] = [];
  const server = await startLocalServer(async (request, response) => {
    const body = await text(request);
    const answer = (status: number, content = '') => void response.writeHead(status).end(content);
    const id = new URL(request.url ?? '/', 'http://state').searchParams.get('ID');
    switch (request.method) {
      case 'LOCK':
        if (lock) return answer(423, JSON.stringify(lock));
        lock = JSON.parse(body);
        lockedFor.push(lock?.Operation ?? '');
        return answer(200);
      case 'UNLOCK':
        lock = null;
        return answer(200);
      case 'POST':
        if (lock && lock.ID !== id) return answer(409);
        state = body;
        return answer(200);
      default:
        return state === '' ? answer(404) : answer(200, state);
    }
  });
  return {
    ...server,
    lockedFor,
    state: () => state,
    get lock() {
      return lock;
    },
    set lock(held) {
      lock = held;
    },
  };
}
