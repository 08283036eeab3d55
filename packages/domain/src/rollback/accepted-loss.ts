import { type Static, Type } from 'typebox';

/**
 * What a command to roll back names as lost: relations whose rows go, resources that are destroyed. What would be lost and is
 * not named is refused.
 */
export const Accepting = Type.Array(Type.String({ minLength: 1, maxLength: 2_000 }), {
  maxItems: 100,
  uniqueItems: true,
  description:
    'What may be lost: the relations and resources that the refusal of a plan has named, as it named them.',
});
export type Accepting = Static<typeof Accepting>;

/** What would be lost and the command has not named. */
export function notAccepted(losses: readonly string[], accepting: readonly string[] = []): string[] {
  return losses.filter((loss) => !accepting.includes(loss));
}
