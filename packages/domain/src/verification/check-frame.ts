import { type Static, type TObject, type TProperties, Type } from 'typebox';
import { Count, Seconds, span } from '../bounds.ts';

/** What every check has, whatever it asks. */
export interface CheckFrame {
  name: string;
  /** The check must pass this many times in a row. */
  passes: number;
  /** ...within this long after verification began. */
  timeoutMs: number;
  /** Time between two attempts. */
  everyMs: number;
}

const name = Type.String({ minLength: 1, maxLength: 100 });

/** How often in a row a check may be asked to pass. */
export const mostPasses = 100;

const often = {
  passes: Type.Optional(Count(1, mostPasses, { description: 'Times in a row; default 3.' })),
  timeout: Type.Optional(Seconds(1, span.day, { description: 'Seconds; default 300.' })),
  every: Type.Optional(Seconds(1, span.hour, { description: 'Seconds between attempts; default 5.' })),
};

type Often = Static<TObject<typeof often>>;

/** What a team declares of a check, durations in seconds. `own` are the members of its kind; unknown ones are refused. */
export function declaredCheck<T extends string, P extends TProperties>(type: T, own: P) {
  return Type.Object(
    { name, type: Type.Literal(type), ...own, ...often },
    { additionalProperties: false, description: `A check of type ${type}. Durations in seconds.` },
  );
}

/** The check that a declaration becomes; `Defaulted` are the optional members of its kind that have a default. */
export type CheckOf<
  Declared extends Often & { name: string },
  Defaulted extends keyof Declared = never,
> = CheckFrame & Omit<Declared, 'name' | keyof Often | Defaulted> & Required<Pick<Declared, Defaulted>>;

/** Three passes in a row within 300 s, one attempt every 5 s, unless declared otherwise. */
export function frameOf({ name, passes, timeout, every }: Often & { name: string }): CheckFrame {
  return {
    name,
    passes: passes ?? 3,
    timeoutMs: (timeout ?? 300) * 1000,
    everyMs: (every ?? 5) * 1000,
  };
}
