import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { CourseOutline } from '#shared/schemas/course.ts';
import { useProgress } from '../api/following.ts';

/** The section before and the one behind. Who follows the course and goes on has done this one. */
export function GoingOn({ course, at }: { course: CourseOutline; at: number }) {
  const { sections, mine } = course;
  const [before, here, behind] = [sections[at - 1], sections[at]!, sections[at + 1]];
  const navigate = useNavigate();
  const progress = useProgress(course.id);
  const finish = () => {
    if (mine?.enrolled && !mine.done.includes(here.id)) progress.mutate({ sectionId: here.id, done: true });
  };
  return (
    <nav className="going-on" aria-label="Avancer dans le cours">
      {before && (
        <Link className="going-back" to={`/cours/${course.id}/${before.id}`} rel="prev">
          <span className="quiet">Précédent</span> {before.title}
        </Link>
      )}
      {behind ? (
        <Link className="big-link" to={`/cours/${course.id}/${behind.id}`} rel="next" onClick={finish}>
          <span>Suivant</span> {behind.title}
        </Link>
      ) : (
        mine?.enrolled && (
          <button
            type="button"
            onClick={() => {
              finish();
              void navigate(`/cours/${course.id}`);
            }}
          >
            Terminer le cours
          </button>
        )
      )}
    </nav>
  );
}

/** Whether I have worked through a section: said by going on, and taken back here. */
export function SectionDone({
  course,
  section,
}: {
  course: CourseOutline;
  section: CourseOutline['sections'][number];
}) {
  const progress = useProgress(course.id);
  // What was just ticked stands before the server has answered; it goes back where the server refuses.
  const [wanted, setWanted] = useState<boolean>();
  if (!course.mine?.enrolled) return null;
  const done = wanted ?? course.mine.done.includes(section.id);
  const tick = (done: boolean) => {
    setWanted(done);
    progress.mutate({ sectionId: section.id, done }, { onSettled: () => setWanted(undefined) });
  };
  return (
    <p className="section-done">
      <label>
        <input
          type="checkbox"
          checked={done}
          aria-disabled={progress.isPending}
          onChange={(event) => tick(event.target.checked)}
        />
        J’ai terminé « {section.title} »
      </label>
      {progress.error && <span role="alert">{progress.error.message}</span>}
    </p>
  );
}
