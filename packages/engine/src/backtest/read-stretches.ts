import {
  instantsOf,
  type MetricHistory,
  type PastAnswer,
  type PastQuestion,
  unreadAt,
} from '@lastgood/domain';

/** Stretches that are asked for at the same time; a source has a limit of its own. */
const atOnce = 4;

/**
 * Fetch: the answers in the order of the questions. What is not answered when the signal aborts is unread, with its reason; a source that
 * breaks, or does not heed the signal, keeps nobody waiting.
 */
export async function readStretches(
  metrics: MetricHistory,
  questions: readonly PastQuestion[],
  signal: AbortSignal,
): Promise<PastAnswer[]> {
  const answers: PastAnswer[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < questions.length; index = next++) {
      const question = questions[index];
      if (question) answers[index] = await readOne(metrics, question, signal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(questions.length, atOnce) }, lane));
  return answers;
}

async function readOne(
  metrics: MetricHistory,
  question: PastQuestion,
  signal: AbortSignal,
): Promise<PastAnswer> {
  const unread = (reason: unknown) =>
    unreadAt(instantsOf(question), reason instanceof Error ? reason.message : String(reason));
  if (signal.aborted) return unread(signal.reason);
  const calledOff = Promise.withResolvers<PastAnswer>();
  const callOff = () => calledOff.resolve(unread(signal.reason));
  signal.addEventListener('abort', callOff, { once: true });
  try {
    return await Promise.race([metrics.readPast(question, signal), calledOff.promise]);
  } catch (error) {
    return unread(error);
  } finally {
    signal.removeEventListener('abort', callOff);
  }
}
