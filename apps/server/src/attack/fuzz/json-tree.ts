/** JSON as it is written: members keep their order and may stand twice, and a leaf is any text. */
export type JsonTree =
  | { kind: 'raw'; text: string }
  | { kind: 'list'; items: readonly JsonTree[] }
  | { kind: 'object'; members: readonly Member[] };

/** The name as it stands between its quotes, escapes included. */
type Member = readonly [name: string, value: JsonTree];

export function treeOf(value: unknown): JsonTree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return { kind: 'raw', text: JSON.stringify(value) };
  return {
    kind: 'object',
    members: Object.entries(value).map(([name, inner]) => [JSON.stringify(name).slice(1, -1), treeOf(inner)]),
  };
}

export function textOf(tree: JsonTree): string {
  switch (tree.kind) {
    case 'raw':
      return tree.text;
    case 'list':
      return `[${tree.items.map(textOf).join(',')}]`;
    case 'object':
      return `{${tree.members.map(([name, value]) => `"${name}":${textOf(value)}`).join(',')}}`;
  }
}

function sizeOf(tree: JsonTree): number {
  const inner =
    tree.kind === 'list' ? tree.items : tree.kind === 'object' ? tree.members.map(([, value]) => value) : [];
  return inner.reduce((sum, one) => sum + sizeOf(one), 1);
}

/** The tree with `change` made to one of its nodes: the one that `place` (any natural number) falls on. */
export function changedAt(tree: JsonTree, place: number, change: (node: JsonTree) => JsonTree): JsonTree {
  let left = place % sizeOf(tree);
  const visit = (node: JsonTree): JsonTree => {
    if (left-- === 0) return change(node);
    if (node.kind === 'list') return { ...node, items: node.items.map(visit) };
    if (node.kind === 'raw') return node;
    return { ...node, members: node.members.map(([name, value]) => [name, visit(value)] as const) };
  };
  return visit(tree);
}
