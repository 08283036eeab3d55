import type { PlanMember } from '@lastgood/api-client';
import { layeredGraph } from '../../service/layered-graph.ts';

type Member = Pick<PlanMember, 'service' | 'serviceName' | 'target' | 'after'>;

/** A member where it stands in the drawing: what shares a number goes side by side. */
export interface PlacedMember {
  member: Member;
  /** Counts from 1. */
  turn: number;
  /** Place among those of the same turn, from the left. */
  column: number;
}

export interface GoingBackOrder {
  placed: PlacedMember[];
  /** From who goes first to who waits for it; `via` are the free places it passes through. */
  arrows: { from: PlacedMember; to: PlacedMember; via: { turn: number; column: number }[] }[];
  turns: number;
  columns: number;
}

/** Whom a member waits for, but for those that others among them wait for in turn: an arrow past them says nothing more. */
function directly({ after }: Member, behind: readonly ReadonlySet<number>[]): number[] {
  return after.filter((one) => !after.some((other) => behind[other]?.has(one)));
}

/** Of each member all that go before it; those before stand before it in the list. */
function allBefore(members: readonly Member[]): ReadonlySet<number>[] {
  const behind: ReadonlySet<number>[] = [];
  for (const { after } of members)
    behind.push(new Set(after.flatMap((one) => [one, ...(behind[one] ?? [])])));
  return behind;
}

/** The members of a group by turns, as the dependency graph lays services out: nobody stands beside whom it waits for. */
export function goingBackOrder(members: readonly Member[]): GoingBackOrder {
  const behind = allBefore(members);
  const keyOf = (place: number) => members[place]?.service ?? '';
  const { nodes, edges } = layeredGraph(
    members.map((member) => ({
      key: member.service,
      dependencies: directly(member, behind).map(keyOf),
    })),
  );
  const placed = members.flatMap((member): PlacedMember[] => {
    const node = nodes.find(({ key }) => key === member.service);
    return node ? [{ member, turn: node.column + 1, column: node.row }] : [];
  });
  const at = (key: string) => placed.find(({ member }) => member.service === key);
  const arrows = edges.flatMap(({ from, to, via }) => {
    const [waits, first] = [at(from), at(to)];
    const through = via.toReversed().map(({ column, row }) => ({ turn: column + 1, column: row }));
    return waits && first ? [{ from: first, to: waits, via: through }] : [];
  });
  const places = [...placed, ...arrows.flatMap(({ via }) => via)];
  return {
    ...{ placed, arrows },
    turns: Math.max(0, ...placed.map(({ turn }) => turn)),
    columns: Math.max(0, ...places.map(({ column }) => column + 1)),
  };
}
