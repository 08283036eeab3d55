import { useInViewport } from '@mantine/hooks';
import { RollbackButton } from './rollback-button.tsx';
import { useWayBack, type WayBack } from './use-way-back.ts';

/**
 * The button where no plan is shown beside it. The plan is asked for as soon as the button is in sight, so that what would be
 * refused is said before the press, and the commands to do it by hand are here when the server is not.
 */
export function OfferedWayBack({ urgent, ...way }: WayBack & { urgent: boolean }) {
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const wayBack = useWayBack(way, inViewport);
  return (
    <div ref={ref}>
      <RollbackButton way={wayBack} urgent={urgent} />
    </div>
  );
}
