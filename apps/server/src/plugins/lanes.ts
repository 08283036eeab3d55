import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createLane, type Refusal } from '../lanes/lane.ts';
import type { LaneLimits, LaneName, RateName } from '../lanes/lane-limits.ts';
import type { Precedence } from '../lanes/precedence.ts';
import { createUnreadAnswers } from '../lanes/unread-answers.ts';
import { ProblemError } from '../problems/problem-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What limits requests to this route; without it what limits files. */
    lane?: RateName;
    /** Who asks here is known by what the body is signed with: nobody is counted before that is read, see `FastifyRequest.signedFor`. */
    signed?: true;
  }
  interface FastifyRequest {
    /** Gives its place in a lane back; null while it has none. */
    leaveLane: (() => void) | null;
    /** For which notifier it was signed, where that was read and is right; else null. */
    signedFor: string | null;
  }
}

/** A page that is opened asks for a few things at once; bodies that wait are kept in memory, and may have a megabyte. */
const waiting: Record<LaneName, { waiting: number; waitingPerCaller: number; patienceMs: number }> = {
  acting: { waiting: 64, waitingPerCaller: 32, patienceMs: 10_000 },
  asking: { waiting: 128, waitingPerCaller: 48, patienceMs: 10_000 },
  reading: { waiting: 500, waitingPerCaller: 100, patienceMs: 5_000 },
  signals: { waiting: 64, waitingPerCaller: 64, patienceMs: 5_000 },
};

const unreadLimits = { bytesPerCaller: 16 * 1024 * 1024, bytes: 64 * 1024 * 1024 };

/** Callers whose rate is remembered; the one not heard of for longest is forgotten first. */
const rememberedCallers = 10_000;

/**
 * Bounds how often one caller asks, and how many requests are answered at the same time, in each lane apart: who acts never waits
 * for who reads, and while somebody acts nobody begins to read. The rate is judged before a body is read, the place is taken once there is something to do, and given
 * back when the answer is made, not when it is read.
 */
export async function lanes(app: FastifyInstance, limits: LaneLimits, precedence: Precedence): Promise<void> {
  await app.register(rateLimit, { global: false, cache: rememberedCallers });
  const rateOf = (name: RateName) =>
    app.createRateLimit({
      max: limits[name].perSecond,
      timeWindow: 1_000,
      keyGenerator: callerOf,
    });
  const rates = {
    ...{ acting: rateOf('acting'), asking: rateOf('asking'), reading: rateOf('reading') },
    signals: rateOf('signals'),
    ...{ files: rateOf('files'), probes: rateOf('probes') },
  };
  const laneOf = (name: LaneName, standsBack?: Precedence) => {
    const { atOnce } = limits[name];
    return createLane({
      atOnce,
      atOncePerCaller: Math.max(1, Math.floor((atOnce * 2) / 3)),
      ...waiting[name],
      ...(standsBack && { standsBack }),
    });
  };
  const places = {
    ...{ acting: laneOf('acting'), asking: laneOf('asking'), reading: laneOf('reading', precedence) },
    signals: laneOf('signals'),
  };
  const unread = createUnreadAnswers(unreadLimits);

  async function count(request: FastifyRequest): Promise<void> {
    const name = nameOf(request);
    const rate = await rates[name](request);
    if (!rate.isAllowed && rate.isExceeded) throw tooOften(name, rate.max, rate.ttlInSeconds);
  }

  app.decorateRequest('leaveLane', null);
  app.decorateRequest('signedFor', null);
  app.addHook('onRequest', async (request) => {
    if (!isSigned(request)) await count(request);
  });
  app.addHook('preHandler', async (request, reply) => {
    const name = nameOf(request);
    if (isSigned(request)) await count(request);
    if (!isLane(name)) return;
    const caller = callerOf(request);
    if (name !== 'acting' && unread.isFull(caller)) throw unreadProblem();
    const entrance = await places[name].enter(caller, (leave) => reply.raw.once('close', leave));
    if (entrance.kind === 'entered') request.leaveLane = leaving(name, entrance.leave);
    // Nobody hears it.
    else if (entrance.kind === 'gone') throw new ProblemError(400, 'invalid-request', 'The caller hung up.');
    else throw busyProblem(name, entrance.why);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    request.leaveLane?.();
    request.leaveLane = null;
    countUnread(request, reply, payload);
    return payload;
  });

  function leaving(name: LaneName, leave: () => void): () => void {
    if (name !== 'acting') return leave;
    const giveBack = precedence.take();
    return () => {
      leave();
      giveBack();
    };
  }

  function countUnread(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
    if (!isLane(nameOf(request)) || (typeof payload !== 'string' && !Buffer.isBuffer(payload))) return;
    unread.add(callerOf(request), Buffer.byteLength(payload), reply.raw);
  }
}

function nameOf(request: FastifyRequest): RateName {
  return request.routeOptions.config?.lane ?? 'files';
}

function isSigned(request: FastifyRequest): boolean {
  return request.routeOptions.config?.signed ?? false;
}

function isLane(name: RateName): name is LaneName {
  return name === 'acting' || name === 'asking' || name === 'reading' || name === 'signals';
}

/** Who signed, else a token, else an address; of IPv6 the network of a household or a host, which has all addresses in it. */
function callerOf({ caller, ip, signedFor }: FastifyRequest): string {
  if (signedFor !== null) return `signed ${signedFor}`;
  return caller?.kind === 'ci' ? `token ${caller.name}` : `address ${normalizeIP(ip)}`;
}

const things: Record<RateName, string> = {
  acting: 'acts',
  asking: 'requests that ask a cluster or a metric source',
  reading: 'requests',
  signals: 'messages about alerts',
  files: 'files',
  probes: 'probes',
};

function tooOften(name: RateName, most: number, retryAfter: number): ProblemError {
  return refusal(
    name,
    `One caller may send ${most} ${things[name]} a second. Ask again in ${retryAfter} s, and then less often.`,
    retryAfter,
  );
}

const busyWords: Record<Refusal, (things: string) => string> = {
  'own-wait': (what) => `So many ${what} of yours wait already that no more are taken. Let them be answered.`,
  'all-wait': (what) => `So many ${what} wait already that no more are taken.`,
  late: (what) => `Other ${what} were answered first for too long.`,
};

function busyProblem(name: LaneName, why: Refusal): ProblemError {
  return refusal(name, `${busyWords[why](things[name])} Ask again in 2 s.`, 2);
}

function unreadProblem(): ProblemError {
  return refusal(
    'reading',
    'Answers to you wait to be read. Read them, or close their connections; then ask again.',
    5,
  );
}

const refusals = new Map<string, ProblemError>();

/**
 * An Alertmanager sends again at once what is answered 503, and drops what is answered 429: the real one did.
 *
 * There are few, and each is made once: most of what a fault costs is its stack, and these are thrown a thousand times a second.
 */
function refusal(name: RateName, detail: string, retryAfter: number): ProblemError {
  let problem = refusals.get(detail);
  if (!problem) {
    problem = new ProblemError(name === 'signals' ? 503 : 429, 'too-many-requests', detail, { retryAfter });
    refusals.set(detail, problem);
  }
  return problem;
}
