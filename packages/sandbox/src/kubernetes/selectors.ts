import { badRequest } from './api-error.ts';
import type { KindDefinition } from './kinds/kind-definition.ts';
import type { KubeObject, LabelSelector } from './objects.ts';

export type Match = (object: KubeObject) => boolean;
type Labels = Record<string, string> | undefined;

/** Does `selector`, as in the spec of a workload, select an object with these labels? */
export function matchesLabelSelector(selector: LabelSelector, labels: Labels): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels?.[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return operator === 'Exists' ? value !== undefined : value === undefined;
    })
  );
}

/** `matchLabels` in the notation of the query parameter, as /scale tells it. */
export function selectorText(selector: LabelSelector): string {
  return Object.entries(selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
}

const TOKEN = /\s*(==|!=|=|!|\(|\)|,|<|>|[^\s=!(),<>]+)/gy;

/**
 * The query parameter `labelSelector`, e.g. `app in (a,b),!old,tier!=db`.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 */
export function parseLabelSelector(text: string): Match {
  const tokens = Array.from(text.matchAll(TOKEN), (match) => match[1] ?? '');
  const requirements: ((labels: Labels) => boolean)[] = [];
  let at = 0;
  const take = (): string => tokens[at++] ?? '';
  const fail = (found: string, expected: string): never => {
    throw badRequest(`unable to parse requirement: found '${found}', expected: ${expected}`);
  };
  const values = (): string[] => {
    if (tokens[at] !== '(') fail(take(), "'('");
    const result: string[] = [];
    for (take(); tokens[at] !== ')'; ) {
      if (at >= tokens.length) fail('', "')'");
      const token = take();
      if (token !== ',') result.push(token);
    }
    take();
    return result;
  };
  const requirement = (): ((labels: Labels) => boolean) => {
    const first = take();
    if (first === '!') {
      const absent = take();
      return (labels) => labels?.[absent] === undefined;
    }
    if (/^[=!(),<>]/.test(first)) fail(first, 'identifier');
    const operator = tokens[at];
    if (operator === undefined || operator === ',') return (labels) => labels?.[first] !== undefined;
    take();
    if (operator === '=' || operator === '==' || operator === '!=') {
      const value = tokens[at] === undefined || tokens[at] === ',' ? '' : take();
      if (/^[=!(]/.test(value)) fail(value, 'identifier');
      return (labels) => (labels?.[first] === value) === (operator !== '!=');
    }
    if (operator === 'in' || operator === 'notin') {
      const allowed = values();
      return (labels) => {
        const value = labels?.[first];
        return operator === 'in'
          ? value !== undefined && allowed.includes(value)
          : value === undefined || !allowed.includes(value);
      };
    }
    return fail(operator, 'in, notin, =, ==, !=, gt, lt');
  };
  while (at < tokens.length) {
    requirements.push(requirement());
    if (at < tokens.length && take() !== ',') fail(tokens[at - 1] ?? '', "',' or 'end of string'");
  }
  return (object) => requirements.every((holds) => holds(object.metadata.labels));
}

/** The query parameter `fieldSelector`; only the fields the kind declares can be used. */
export function parseFieldSelector(text: string, kind: KindDefinition): Match {
  const fields: Record<string, (object: KubeObject) => string> = {
    'metadata.name': (object) => object.metadata.name,
    'metadata.namespace': (object) => object.metadata.namespace ?? '',
    ...kind.selectableFields,
  };
  const requirements = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, field = '', operator = '', value = ''] = /^(.*?)(!=|==|=)(.*)$/.exec(part.trim()) ?? [];
      if (!operator) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
      const read = fields[field];
      if (!read) {
        const known = Object.keys(fields).map((name) => `"${name}"`);
        throw badRequest(`"${field}" is not a known field selector: only ${known.join(', ')}`);
      }
      return (object: KubeObject) => (read(object) === value) === (operator !== '!=');
    });
  return (object) => requirements.every((holds) => holds(object));
}
