import type { PlanParts as Parts } from '@lastgood/api-client';
import { LossList } from './loss-list.tsx';
import { SchemaPath } from './schema-path.tsx';
import { StackTable } from './stack-table.tsx';
import { UndoneCommits } from './undone-commits.tsx';

/** What a plan comes to beside its steps: what is lost, how schemas move, what a stack changes, which commits are undone. */
export function PlanParts({ parts, isOver = false }: { parts: Parts; isOver?: boolean }) {
  return (
    <>
      <LossList losses={parts.losses} isOver={isOver} />
      <SchemaPath moves={parts.schemas} isOver={isOver} />
      {parts.stacks.map((table) => (
        <StackTable key={table.step} table={table} isOver={isOver} />
      ))}
      {parts.commits.map((undone) => (
        <UndoneCommits key={undone.step} undone={undone} isOver={isOver} />
      ))}
    </>
  );
}
