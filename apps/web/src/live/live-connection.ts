import type { LiveFrame } from '@lastgood/api-client';
import { reconnectDelayMs } from './backoff.ts';

/**
 * The socket's life: `connecting` until the server has said its first word, then `live`; a close or silence makes it `lost`, and it
 * tries again with growing waits until it is `live` once more. It takes a word each time: a server that is there and cannot read its
 * database opens a line and has nothing to say. It never goes back to `connecting`: once something was shown, losing the line is
 * worth saying.
 */
export interface LiveState {
  phase: 'connecting' | 'live' | 'lost';
  /** When the line was lost, on this browser's clock. */
  lostAt: number | null;
  /** While lost: how things stood then is what the page shows; a fetch without the line moves it on. */
  shownAt: number | null;
  nextAttemptAt: number | null;
  /** While lost: why, as the server said when it closed the line or is answered without it: "The database cannot be used". */
  why: string | null;
  /** While lost: the server takes no further line now. Said as it is, as no line was lost. */
  turnedAway: boolean;
}

export interface LiveHandlers {
  onFrame: (frame: LiveFrame) => void;
  /** The line is open for the first time: what was asked for before may lack what came in between. */
  onOpened: () => void;
  onReconnected: () => void;
  /** All readings of the deployment come from now on; what came before has to be asked for. */
  onFollowing: (deploymentId: string) => void;
}

export interface LiveConnection {
  state: () => LiveState;
  subscribe: (listener: () => void) => () => void;
  start: () => void;
  stop: () => void;
  retryNow: () => void;
  /** From now on all readings of this deployment are wanted, and of others those that tell something. */
  follow: (deploymentId: string | null) => void;
  /** What is shown was fetched without the line. */
  refreshed: () => void;
  /** It was asked for without the line and refused, for this reason. */
  refused: (why: string) => void;
}

/** The server beats every few seconds; this much silence means that the line is dead although nobody closed it. */
const silenceMs = 15_000;
/** A server that is well says something to whoever comes within this time. */
const greetingMs = 1000;
/** The code with which a server closes that takes no further line: https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number */
const tryAgainLater = 1013;

const notLost = { lostAt: null, shownAt: null, nextAttemptAt: null, why: null, turnedAway: false };

export function createLiveConnection(
  url: (readingsOf: string | null) => string,
  handlers: LiveHandlers,
  /** What is offered when it opens: the token, where one is needed. */
  protocols: () => string[],
): LiveConnection {
  let state: LiveState = { phase: 'connecting', ...notLost };
  let socket: WebSocket | null = null;
  let attempt = 0;
  let heardAt = Date.now();
  let openedAt = heardAt;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setInterval> | undefined;
  let opened = false;
  let followed: string | null = null;
  const listeners = new Set<() => void>();

  function become(next: LiveState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function open(): void {
    clearTimeout(retry);
    const mine = connect();
    socket = mine;
    heardAt = Date.now();
    mine.onopen = () => {
      const again = opened || state.phase === 'lost';
      opened = true;
      openedAt = Date.now();
      if (again) handlers.onReconnected();
      else handlers.onOpened();
    };
  }

  function enterLive(): void {
    attempt = 0;
    become({ phase: 'live', ...notLost });
  }

  function connect(): WebSocket {
    const wanted = followed;
    const mine = new WebSocket(url(wanted), protocols());
    mine.onmessage = (event) => {
      if (socket !== mine) return;
      heardAt = Date.now();
      if (state.phase !== 'live') {
        enterLive();
        // What was asked for when it opened may have been refused for the reason that kept it silent.
        if (heardAt - openedAt > greetingMs) handlers.onReconnected();
        if (wanted !== followed) replace();
      }
      handlers.onFrame(JSON.parse(String(event.data)) as LiveFrame);
    };
    mine.onclose = (closed) => {
      if (socket === mine) lose(Date.now(), closed);
    };
    return mine;
  }

  /** Takes another line for what is wanted now; the old one is kept until the new one is open. */
  function replace(): void {
    const mine = connect();
    mine.onopen = () => {
      const old = socket;
      socket = mine;
      heardAt = Date.now();
      old?.close();
      if (followed !== null) handlers.onFollowing(followed);
    };
  }

  /**
   * @param shownAt until when what is shown was kept up to date
   * @param closed how the line was closed; null where it only fell silent
   */
  function lose(shownAt: number, closed: Pick<CloseEvent, 'code' | 'reason'> | null): void {
    const dead = socket;
    socket = null;
    dead?.close();
    const delayMs = reconnectDelayMs(attempt, Math.random());
    attempt += 1;
    const at = Date.now();
    become({
      phase: 'lost',
      lostAt: state.lostAt ?? at,
      shownAt: state.shownAt ?? shownAt,
      nextAttemptAt: at + delayMs,
      why: closed?.reason || (state.turnedAway ? null : state.why),
      turnedAway: closed?.code === tryAgainLater,
    });
    retry = setTimeout(open, delayMs);
  }

  function retryNow(): void {
    if (state.phase === 'lost' && !socket) open();
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      open();
      window.addEventListener('online', retryNow);
      watchdog = setInterval(() => {
        if (socket && Date.now() - heardAt > silenceMs) lose(heardAt, null);
      }, 1000);
    },
    stop() {
      clearTimeout(retry);
      clearInterval(watchdog);
      window.removeEventListener('online', retryNow);
      const mine = socket;
      socket = null;
      mine?.close();
    },
    retryNow,
    follow(deploymentId) {
      if (deploymentId === followed) return;
      followed = deploymentId;
      if (state.phase === 'live') replace();
    },
    refreshed() {
      if (state.phase === 'lost')
        become({ ...state, shownAt: Date.now(), why: state.turnedAway ? state.why : null });
    },
    refused(why) {
      if (state.phase === 'lost') become({ ...state, why });
    },
  };
}
