interface Shared {
  pod: string;
  share?: number;
}

/**
 * Smooth weighted round robin: everybody gains its share, who is furthest behind is next and pays for all. Equal shares take strict
 * turns, and 80 to 20 is never eight and then two. https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 *
 * @param turns how far each is behind, kept from one call to the next
 */
export function nextInTurn<T extends Shared>(turns: Map<string, number>, pods: readonly T[]): T | undefined {
  const sharing = pods.filter(({ share = 1 }) => share > 0);
  const behind = new Map(sharing.map(({ pod, share = 1 }) => [pod, (turns.get(pod) ?? 0) + share]));
  const total = sharing.reduce((sum, { share = 1 }) => sum + share, 0);
  const [first, ...others] = sharing;
  if (first === undefined) return undefined;
  const next = others.reduce(
    (one, other) => ((behind.get(other.pod) ?? 0) > (behind.get(one.pod) ?? 0) ? other : one),
    first,
  );
  turns.clear();
  for (const [pod, credit] of behind) turns.set(pod, pod === next.pod ? credit - total : credit);
  return next;
}
