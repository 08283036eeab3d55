import {
  type Answer,
  type Attempt,
  type CheckAnswer,
  type CheckPort,
  type CheckQuestion,
  type CheckSubject,
  checkKind,
  type EvidenceAge,
  type EvidenceSource,
  type HttpProbe,
  type Reading,
  type Rollout,
  type TriggerPart,
  type VerificationCheck,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import { readParts, unasked } from '../monitor/read-parts.ts';

export interface VerifyDependencies {
  metrics: EvidenceSource;
  probe: HttpProbe;
  rollout: Rollout;
  clock: Clock;
}

/** What came back, and how old what it speaks of may be; null where it speaks of now. */
interface Asked<P extends CheckPort> {
  answer: CheckAnswer<P>;
  age: EvidenceAge | null;
}

type Ask<P extends CheckPort> = (
  deps: VerifyDependencies,
  question: CheckQuestion<P>,
  signal: AbortSignal,
) => Promise<Asked<P>>;

const asks: { [P in CheckPort]: Ask<P> } = {
  async metrics({ metrics, clock }, { question }, signal) {
    const at = clock.now();
    const answers = await metrics.read([question], at, signal);
    const silent: Reading = { kind: 'unreachable', reason: 'the source did not answer' };
    return { answer: { reading: answers[0]?.reading ?? silent }, age: ageOf(answers, at) };
  },
  async parts({ metrics, clock }, asking, signal) {
    const at = clock.now();
    const [asked = unasked(asking)] = await readParts(metrics, [asking], at, signal);
    return { answer: asked, age: oldest(ageOf(asked.rows, at), asked.parts) };
  },
  async probe({ probe, clock }, { url }, signal) {
    const at = clock.now();
    const answer = await probe.get(url, signal);
    const isCached = answer.kind === 'answered' && answer.ageMs > 0;
    return { answer, age: isCached ? { since: at - answer.ageMs, from: 'cache' } : null };
  },
  rollout: async ({ rollout }, { workload }, signal) => ({
    answer: await rollout.read(workload, signal),
    age: null,
  }),
};

function ageOf(answers: readonly Answer[], at: number): EvidenceAge {
  const lookBack = Math.max(0, ...answers.map(({ looksBackMs }) => looksBackMs));
  return { since: at - lookBack, from: 'window' };
}

/** What is known of alerts is as old as the last word of who tells of them. */
function oldest(age: EvidenceAge, parts: readonly TriggerPart[]): EvidenceAge {
  const heard = parts.flatMap(({ alerts }) => alerts?.heardAt ?? []);
  return { ...age, since: Math.min(age.since, ...heard) };
}

/** One attempt of one check against the world. */
export async function attemptCheck(
  deps: VerifyDependencies,
  subject: CheckSubject,
  check: VerificationCheck,
  signal: AbortSignal,
): Promise<Attempt> {
  const kind = checkKind(check.type);
  const { answer, age } = await ask(deps, kind.ask(check, subject), signal);
  const attempt = kind.judge(check, answer);
  return attempt.kind === 'seen' && age ? { ...attempt, age } : attempt;
}

function ask<P extends CheckPort>(
  deps: VerifyDependencies,
  question: CheckQuestion<P>,
  signal: AbortSignal,
): Promise<Asked<P>> {
  const askPort: Ask<P> = asks[question.port as P];
  return askPort(deps, question, signal);
}
