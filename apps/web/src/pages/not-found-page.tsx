import { Link, useLocation } from 'react-router';
import { PageNote } from '../shell/page-state.tsx';
import { useTitle } from '../shell/use-title.ts';

export function NotFoundPage() {
  const { pathname } = useLocation();
  useTitle('No such page');
  return (
    <PageNote title="There is no such page" action={<Link to="/">Go to Now</Link>}>
      Nothing lives at {pathname}. Ctrl K finds services by name.
    </PageNote>
  );
}
