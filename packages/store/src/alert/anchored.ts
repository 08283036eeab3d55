import type { AlertEpisode, AlertsQuestion } from '@lastgood/domain';
import { storable } from '../connection/json.ts';

/** A question with the one of its labels by which its alerts are looked for. */
export interface AnchoredQuestion {
  question: AlertsQuestion;
  /** Its name and its value, as one text. */
  anchor: string;
}

/** By the label that the fewest others ask for, too: that of a service rather than that of an alert which every service may have. */
export function anchored(questions: readonly AlertsQuestion[]): AnchoredQuestion[] {
  const pairs = questions.map(({ labels }) =>
    Object.entries(labels).map(([key, value]) => textOf(key, value)),
  );
  const counts = new Map<string, number>();
  for (const anchor of pairs.flat()) counts.set(anchor, (counts.get(anchor) ?? 0) + 1);
  const countOf = (anchor: string) => counts.get(anchor) ?? 0;
  return questions.map((question, index) => {
    const [anchor = ''] = (pairs[index] ?? []).toSorted((one, other) => countOf(one) - countOf(other));
    return { question, anchor };
  });
}

/** Each episode under those of its labels that are anchors of a question. */
export function byAnchor(
  episodes: readonly AlertEpisode[],
  asked: readonly AnchoredQuestion[],
): Map<string, AlertEpisode[]> {
  const found = new Map<string, AlertEpisode[]>(asked.map(({ anchor }) => [anchor, []]));
  for (const episode of episodes)
    for (const [key, value] of Object.entries(episode.labels)) found.get(textOf(key, value))?.push(episode);
  return found;
}

function textOf(key: string, value: string): string {
  // As the statement writes it. Two labels of one text are told apart where all labels of a question are compared.
  return storable(`${key}=${value}`);
}
