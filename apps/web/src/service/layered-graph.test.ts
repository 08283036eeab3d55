import { expect, test } from 'vitest';
import { layeredGraph } from './layered-graph.ts';

const columns = (services: { key: string; dependencies: string[] }[]) =>
  Object.fromEntries(layeredGraph(services).nodes.map((node) => [node.key, node.column]));

test('each service stands right of what it needs', () => {
  const services = [
    { key: 'web', dependencies: ['checkout', 'search'] },
    { key: 'checkout', dependencies: ['payments'] },
    { key: 'search', dependencies: [] },
    { key: 'payments', dependencies: [] },
  ];
  expect(columns(services)).toEqual({ web: 2, checkout: 1, search: 0, payments: 0 });
  expect(layeredGraph(services).edges).toHaveLength(3);
});

test('a cycle ends', () => {
  const placed = columns([
    { key: 'a', dependencies: ['b'] },
    { key: 'b', dependencies: ['a'] },
  ]);
  expect(Object.keys(placed)).toEqual(['a', 'b']);
});

test('a dependency nobody declared is no node', () => {
  expect(layeredGraph([{ key: 'a', dependencies: ['ghost'] }])).toEqual({
    nodes: [{ key: 'a', column: 0, row: 0 }],
    edges: [],
  });
});

test('a line over several columns has a free place in each', () => {
  const { nodes, edges } = layeredGraph([
    { key: 'a', dependencies: [] },
    { key: 'b', dependencies: ['a'] },
    { key: 'c', dependencies: ['b', 'a'] },
  ]);
  const [via] = edges.find(({ from, to }) => from === 'c' && to === 'a')?.via ?? [];
  expect(via?.column).toBe(1);
  expect(nodes.some(({ column, row }) => column === via?.column && row === via.row)).toBe(false);
});

test('no two services share a place', () => {
  const { nodes } = layeredGraph([
    { key: 'a', dependencies: [] },
    { key: 'b', dependencies: [] },
    { key: 'c', dependencies: ['a', 'b'] },
  ]);
  expect(new Set(nodes.map(({ column, row }) => `${column}/${row}`)).size).toBe(3);
});
