import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { ObjectTarget } from '@lastgood/domain/rollback/contracts/step-contract';
import { type Choice, dispatch } from '../dispatch.ts';

/** Several behind one port: `choose` finds the one that is meant by what `keyOf` reads from the object that is set. */
export function joinTraffic(
  choose: (key: string) => Choice<Traffic>,
  keyOf: (object: ObjectTarget) => string,
): Traffic {
  const { read, effect } = dispatch(choose);
  const ofRoute = ({ route }: { route: ObjectTarget }) => keyOf(route);
  const ofService = ({ service }: { service: ObjectTarget }) => keyOf(service);
  return {
    readRoute: read('route', ofRoute, (made) => made.readRoute),
    readSelector: read('selector', ofService, (made) => made.readSelector),
    setWeight: effect('set-weight', ofRoute, (made) => made.setWeight),
    switchSelector: effect('switch-selector', ofService, (made) => made.switchSelector),
  };
}
