import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { Change, OtherChange } from '../../deployment/deployment.ts';

/** How a kind of change is registered with a deployment. A side may also be null: unknown. */
export interface ChangeSchemas<
  K extends OtherChange['kind'] = OtherChange['kind'],
  T extends TSchema = TSchema,
  B extends TSchema = TSchema,
  A extends TSchema = TSchema,
> {
  kind: K;
  target: T;
  before: B;
  after: A;
}

export type ChangeOf<S extends ChangeSchemas> = OtherChange & {
  kind: S['kind'];
  target: Static<S['target']>;
  before: Static<S['before']> | null;
  after: Static<S['after']> | null;
};

/**
 * The changes of the kind that read as it is described now. One that was recorded before a way described its kind may not:
 * nobody takes it back.
 */
export function changesOf<S extends ChangeSchemas>(schemas: S, changes: readonly Change[]): ChangeOf<S>[] {
  return changes.filter((change): change is ChangeOf<S> => {
    const { kind, target, before, after } = change;
    return (
      kind === schemas.kind &&
      Check(schemas.target, target) &&
      (before === null || Check(schemas.before, before)) &&
      (after === null || Check(schemas.after, after))
    );
  });
}
