import { type ChangeKind, changeKinds, type Way } from '@lastgood/domain';
import { Type } from 'typebox';
import { JsonMap, JsonValue } from '../wire/json-value.ts';
import { literals, ref, strict } from '../wire/named.ts';

/** What ways back need declared of a service: a member for each that needs anything, as its own schema says. */
export function declaredInput(ways: readonly Way[]) {
  const members = ways.flatMap(({ name, declares }) =>
    declares ? [[name, Type.Optional(declares)] as const] : [],
  );
  return Type.Unsafe<Record<string, unknown>>(
    strict(Object.fromEntries(members), {
      description: 'What the ways back need to know of the service, by the name of the way.',
    }),
  );
}

/** A change as it is registered: as the way that takes its kind back describes it, and freely where none does. */
export function changeInput(ways: readonly Way[]) {
  const free = strict({
    kind: literals(Object.keys(changeKinds) as ChangeKind[]),
    target: ref(JsonMap),
    before: Type.Optional(ref(JsonValue)),
    after: Type.Optional(ref(JsonValue)),
  });
  const described = ways.flatMap(({ change, registers }) =>
    change ? [whenKind({ ...change, target: registers?.given ?? change.target })] : [],
  );
  return described.length > 0 ? { ...free, allOf: described } : free;
}

/** Conditions, not a union: what is wrong is then told of the one description that counts. */
function whenKind({ kind, target, before, after }: NonNullable<Way['change']>) {
  return {
    if: { properties: { kind: { not: { const: kind } } } },
    else: { properties: { target, before: orNull(before), after: orNull(after) } },
  };
}

function orNull(schema: object) {
  return { if: { type: 'null' }, else: schema };
}
