import { infrastructureActions } from '@lastgood/domain';
import { type Static, Type } from 'typebox';
import { literals, named, nullable, ref } from '../../wire/named.ts';

/** What a rollback takes away for good. */
export const Loss = named(
  'Loss',
  Type.Object({
    name: Type.String({ description: 'As `accepting` names it: `orders/coupons`.' }),
    kind: literals(['rows', 'resource']),
    store: Type.String({ description: 'The database or the stack it is in.' }),
    of: Type.String({ description: 'The relation, or the address of the resource.' }),
    rows: nullable(Type.Integer(), 'Null where they could not be counted, and of a resource.'),
    since: nullable(Type.String(), 'The migration whose reversal loses them; null of a resource.'),
    text: Type.String({ description: 'As in "3,412 rows of coupons in database orders".' }),
  }),
);
export type Loss = Static<typeof Loss>;

/** What was seen to have changed and was not registered. */
export const Unregistered = named(
  'Unregistered',
  Type.Object({
    service: Type.String(),
    name: Type.String({ description: 'As `including` names it: `migration/orders`.' }),
    kind: Type.String({ description: 'The kind of change, as it would be registered.' }),
    included: Type.Boolean({ description: 'Whether the plan takes it back, too.' }),
    text: Type.String({
      description: 'As in "The schema of orders moved from 0017 to 0018 after v42 was registered."',
    }),
    act: Type.String({ description: 'What including it does: "Take the schema of orders back to 0017".' }),
  }),
);
export type Unregistered = Static<typeof Unregistered>;

const step = Type.Integer({ description: "Its place among the plan's steps." });

/** A schema that goes back by one version. */
const SchemaMove = named(
  'SchemaMove',
  Type.Object({
    step,
    database: Type.String(),
    from: Type.String(),
    to: Type.String(),
    expectedSeconds: nullable(Type.Number()),
    losses: Type.Array(ref(Loss), { description: 'What reversing this version loses.' }),
  }),
);

const ChangedProperty = named(
  'ChangedProperty',
  Type.Object({
    name: Type.String(),
    before: nullable(Type.String()),
    after: nullable(Type.String()),
    hidden: Type.Boolean({ description: 'The values may be secret: only that they differ is told.' }),
  }),
);

/** What happens to one resource. */
const StackChange = named(
  'StackChange',
  Type.Object({
    address: Type.String(),
    action: literals(infrastructureActions, '`replace` destroys it and creates another one in its place.'),
    keepsData: Type.Boolean({ description: 'Nothing brings back what it keeps once it is destroyed.' }),
    properties: Type.Array(ref(ChangedProperty), { description: 'What changes of it, some of them.' }),
  }),
);

/** The table of what applying a configuration changes. */
const StackTable = named(
  'StackTable',
  Type.Object({
    step,
    stack: Type.String(),
    from: Type.String(),
    to: Type.String(),
    changes: Type.Array(ref(StackChange), { description: 'What cannot be undone first, at most 100.' }),
    more: Type.Integer({ description: 'How many more there are.' }),
  }),
);

const NamedCommit = named(
  'NamedCommit',
  Type.Object({
    id: Type.String({ description: 'Short.' }),
    subject: Type.String(),
    author: nullable(Type.String()),
  }),
);

/** What is undone on a branch. */
const UndoneCommits = named(
  'UndoneCommits',
  Type.Object({
    step,
    repository: Type.String(),
    branch: Type.String(),
    path: nullable(Type.String(), 'Only what lies under it goes back; null for all of the repository.'),
    isRestore: Type.Boolean({
      description: 'The path becomes what it was, whatever newer commits changed there.',
    }),
    commits: Type.Array(ref(NamedCommit), { description: 'Newest first, at most ten.' }),
    files: Type.Array(Type.String(), { description: 'What that touches, at most 20 of them.' }),
    moreFiles: Type.Integer(),
  }),
);

/** What a plan comes to, in parts that can be laid out. */
export const PlanParts = named(
  'PlanParts',
  Type.Object({
    sentence: nullable(
      Type.String(),
      'What really goes back and what does not; null in plans that were made without.',
    ),
    losses: Type.Array(ref(Loss), { description: 'What is lost for good, each named by the command.' }),
    schemas: Type.Array(ref(SchemaMove), { description: 'Version by version, in order.' }),
    stacks: Type.Array(ref(StackTable)),
    commits: Type.Array(ref(UndoneCommits)),
  }),
);
export type PlanParts = Static<typeof PlanParts>;
