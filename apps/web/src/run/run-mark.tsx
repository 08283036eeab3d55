import type { Run } from '@lastgood/api-client';
import { SeenMark } from '../live/seen-mark.tsx';
import { runMeaning } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { isActive } from './is-active.ts';

/** How a run stands. One that is over stays so; one that goes on is known only while somebody answers. */
export function RunMark({ run, boxed = false }: { run: Run; boxed?: boolean }) {
  const Mark = isActive(run) ? SeenMark : MeaningMark;
  return <Mark said={runMeaning(run)} boxed={boxed} />;
}
