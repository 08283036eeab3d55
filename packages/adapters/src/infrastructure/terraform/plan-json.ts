import { type Static, Type } from 'typebox';

/** What of `show -json` is read: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
const Side = Type.Optional(Type.Unknown());
const ChangeOfValue = Type.Object({
  actions: Type.Array(Type.String()),
  before: Side,
  after: Side,
  after_unknown: Side,
  before_sensitive: Side,
  after_sensitive: Side,
});
const ResourceChange = Type.Object({
  address: Type.String({ minLength: 1 }),
  mode: Type.Optional(Type.String()),
  type: Type.String(),
  action_reason: Type.Optional(Type.String()),
  change: ChangeOfValue,
});
export const PlanJson = Type.Object({
  format_version: Type.String({ pattern: '^[01]\\.' }),
  errored: Type.Optional(Type.Boolean()),
  variables: Type.Optional(Type.Record(Type.String(), Type.Object({ value: Side }))),
  resource_changes: Type.Optional(Type.Array(ResourceChange)),
  resource_drift: Type.Optional(Type.Array(ResourceChange)),
  output_changes: Type.Optional(Type.Record(Type.String(), ChangeOfValue)),
  configuration: Type.Optional(
    Type.Object({
      root_module: Type.Optional(
        Type.Object({
          variables: Type.Optional(
            Type.Record(Type.String(), Type.Object({ sensitive: Type.Optional(Type.Boolean()) })),
          ),
        }),
      ),
    }),
  ),
});

export type PlanJson = Static<typeof PlanJson>;
export type ResourceChange = Static<typeof ResourceChange>;
