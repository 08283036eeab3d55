import {
  type Attempt,
  type CheckAnswer,
  type CheckPort,
  type CheckQuestion,
  type CheckSubject,
  checkKind,
  type HttpProbe,
  type MetricSource,
  type Rollout,
  type VerificationCheck,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';

export interface VerifyDependencies {
  metrics: MetricSource;
  probe: HttpProbe;
  rollout: Rollout;
  clock: Clock;
}

type Ask<P extends CheckPort> = (
  deps: VerifyDependencies,
  question: CheckQuestion<P>,
  signal: AbortSignal,
) => Promise<CheckAnswer<P>>;

const asks: { [P in CheckPort]: Ask<P> } = {
  async metrics({ metrics, clock }, { question }, signal) {
    const [answer] = await metrics.read([question], clock.now(), signal);
    return answer?.reading ?? { kind: 'unreachable', reason: 'the source did not answer' };
  },
  probe: ({ probe }, { url }, signal) => probe.get(url, signal),
  rollout: ({ rollout }, { workload }, signal) => rollout.read(workload, signal),
};

/** One attempt of one check against the world. */
export async function attemptCheck(
  deps: VerifyDependencies,
  subject: CheckSubject,
  check: VerificationCheck,
  signal: AbortSignal,
): Promise<Attempt> {
  const kind = checkKind(check.type);
  return kind.judge(check, await ask(deps, kind.ask(check, subject), signal));
}

function ask<P extends CheckPort>(
  deps: VerifyDependencies,
  question: CheckQuestion<P>,
  signal: AbortSignal,
): Promise<CheckAnswer<P>> {
  const askPort: Ask<P> = asks[question.port as P];
  return askPort(deps, question, signal);
}
