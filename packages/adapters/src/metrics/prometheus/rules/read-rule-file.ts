import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { parseAllDocuments } from 'yaml';

/*
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ and, of the operator's custom resource, the same
 * under `spec`. What else stands in a rule is somebody else's business (Thanos, Mimir) and left alone.
 */

const texts = Type.Record(Type.String(), Type.Unknown());
const nullableTexts = Type.Optional(Type.Union([texts, Type.Null()]));
const duration = Type.Optional(Type.Union([Type.String(), Type.Number()]));

const rule = Type.Object({
  alert: Type.Optional(Type.String({ minLength: 1 })),
  record: Type.Optional(Type.String({ minLength: 1 })),
  expr: Type.Union([Type.String(), Type.Number()]),
  for: duration,
  keep_firing_for: duration,
  labels: nullableTexts,
  annotations: nullableTexts,
});
export type Rule = Type.Static<typeof rule>;

const group = Type.Object({
  name: Type.String(),
  limit: Type.Optional(Type.Number()),
  labels: nullableTexts,
  rules: Type.Array(Type.Unknown()),
});
const file = Type.Object({ groups: Type.Array(group) });
export type RuleGroup = Omit<Type.Static<typeof group>, 'rules'> & { rules: (Rule | null)[] };

const isFile = Compile(file);
const isRule = Compile(rule);

const largest = { chars: 1_000_000, rules: 2_000 } as const;

/** The groups of a rule file, or why it is none. A rule in no known form is null. */
export function readRuleFile(text: string): { groups: RuleGroup[] } | { problem: string } {
  if (text.length > largest.chars)
    return { problem: `The file has more than ${largest.chars} characters: split it.` };
  const read = readDocuments(text);
  if (!Array.isArray(read)) return read;
  const groups = read.flatMap((document) => {
    const content = inManifest(document);
    return isFile.Check(content) ? content.groups : [];
  });
  if (groups.length === 0)
    return { problem: 'It is no rule file: there are no groups with a name and rules in it.' };
  const count = groups.reduce((sum, { rules }) => sum + rules.length, 0);
  if (count > largest.rules) return { problem: `The file has more than ${largest.rules} rules: split it.` };
  return {
    groups: groups.map((each) => ({
      ...each,
      rules: each.rules.map((one) => (isRule.Check(one) ? one : null)),
    })),
  };
}

function readDocuments(text: string): unknown[] | { problem: string } {
  const documents = parseAllDocuments(text, { merge: true });
  if ('empty' in documents) return { problem: 'The file is empty.' };
  const error = documents.flatMap(({ errors }) => errors)[0];
  if (error) return { problem: `It is no YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}.` };
  try {
    return documents.map((document) => document.toJS({ maxAliasCount: 1_000 }));
  } catch (fault) {
    // Aliases are resolved only here: one without its anchor, or too many of them.
    if (fault instanceof ReferenceError) return { problem: `It is no YAML: ${fault.message}` };
    throw fault;
  }
}

function inManifest(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || !('spec' in document)) return document;
  return document.spec;
}
