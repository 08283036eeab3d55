import { compileAnchored } from './anchored-regex.ts';
import { expectType } from './expect-type.ts';
import type { Expression } from './expression.ts';
import { unquote } from './literals.ts';
import { queryError, unsupported } from './query-error.ts';
import type { Syntax } from './syntax.ts';

/** @param parse reads an argument: calls and expressions stand in one another */
export function parseCall(node: Syntax, parse: (node: Syntax) => Expression): Expression {
  const name = node.children[0]?.text ?? '';
  const body = node.children.find((child) => child.name === 'FunctionCallBody');
  const argument = argumentReader(node, name, body?.children ?? [], parse);
  switch (name) {
    case 'rate':
    case 'increase': {
      const range = argument.typed(0, 1, 'matrix');
      if (range.kind !== 'range') throw node.error(`${name} takes a range selector`);
      return { kind: 'rate', perSecond: name === 'rate', range };
    }
    case 'histogram_quantile':
      return {
        kind: 'histogram-quantile',
        quantile: argument.typed(0, 2, 'scalar'),
        buckets: argument.typed(1, 2, 'vector'),
      };
    case 'label_replace':
      return labelReplace(argument);
    case 'vector':
      return { kind: 'vector', operand: argument.typed(0, 1, 'scalar') };
    default:
      throw unsupported(`the function ${name}`);
  }
}

interface ArgumentReader {
  typed(index: number, count: number, type: 'scalar' | 'vector' | 'matrix'): Expression;
  text(index: number): string;
}

function argumentReader(
  node: Syntax,
  name: string,
  nodes: readonly Syntax[],
  parse: (node: Syntax) => Expression,
): ArgumentReader {
  function at(index: number, count: number): Syntax {
    const found = nodes[index];
    if (found !== undefined && nodes.length === count) return found;
    throw node.error(`expected ${count} argument(s) in call to ${JSON.stringify(name)}, got ${nodes.length}`);
  }
  const place = `call to function ${JSON.stringify(name)}`;
  return {
    typed: (index, count, type) => {
      const child = at(index, count);
      if (child.name === 'StringLiteral') throw child.error(`expected type ${type} in ${place}, got string`);
      return expectType(parse(child), type, place, child);
    },
    text: (index) => {
      const child = at(index, 5);
      if (child.name !== 'StringLiteral') throw child.error(`expected type string in ${place}`);
      return unquote(child.text);
    },
  };
}

function labelReplace(argument: ArgumentReader): Expression {
  const operand = argument.typed(0, 5, 'vector');
  const [target, replacement, source] = [argument.text(1), argument.text(2), argument.text(3)];
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(target)) {
    throw queryError('execution', `invalid destination label name in label_replace(): ${target}`);
  }
  try {
    return {
      kind: 'label-replace',
      operand,
      target,
      replacement,
      source,
      pattern: compileAnchored(argument.text(4)),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw queryError('execution', `invalid regular expression in label_replace(): ${reason}`);
  }
}
