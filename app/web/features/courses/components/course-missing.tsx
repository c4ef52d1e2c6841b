import { NotFound } from '#web/layout/not-found.tsx';

/** A course that is not there, or not for its reader. */
export const CourseMissing = () => (
  <NotFound
    title="Cours introuvable"
    detail="Il a peut-être été retiré, ou ne se lit que sur invitation : connectez-vous si vous le suivez."
  />
);
