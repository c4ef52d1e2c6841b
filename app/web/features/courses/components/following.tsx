import { type FormEvent, useId, useState } from 'react';
import { Link } from 'react-router';
import type { Course } from '#shared/schemas/course.ts';
import { useCurrent } from '#web/features/people/api/people.ts';
import { useEnrol, useLeave, useProgress, useRate, useUnrate } from '../api/following.ts';
import { count, mark } from '../words.ts';

/** What a course is to its reader: to be followed, how far one is, and what one thinks of it. */
export function Following({ course }: { course: Course }) {
  const { data: person } = useCurrent();
  const enrol = useEnrol(course.id);
  const leave = useLeave(course.id);
  const error = enrol.error ?? leave.error;
  const done = course.mine?.done.length ?? 0;
  return (
    <section aria-labelledby="suivre">
      <h2 id="suivre">Suivre ce cours</h2>
      {course.rating.mean !== null && <p className="quiet">{mark(course.rating)}</p>}
      {!person && (
        <p>
          <Link to="/connexion" state={{ from: `/cours/${course.id}` }}>
            Connectez-vous
          </Link>{' '}
          pour le suivre et garder votre avancement.
        </p>
      )}
      {person && course.mine?.author && <p>C’est votre cours.</p>}
      {person && !course.mine?.author && !course.mine?.enrolled && (
        <button type="button" disabled={enrol.isPending} onClick={() => enrol.mutate(undefined)}>
          Suivre le cours
        </button>
      )}
      {course.mine?.enrolled && (
        <>
          <p role="status">
            <progress max={Math.max(1, course.sections.length)} value={done} aria-label="Avancement" />
            {done} sur {count(course.sections.length, 'section')}
          </p>
          {person?.role === 'student' && <Rating key={course.mine.score} course={course} />}
          <button
            type="button"
            className="plain-button"
            disabled={leave.isPending}
            onClick={() => {
              if (window.confirm('Ne plus suivre ce cours ? Votre avancement et votre note seront effacés.'))
                leave.mutate(undefined);
            }}
          >
            Ne plus suivre
          </button>
        </>
      )}
      {error && <p role="alert">{error.message}</p>}
    </section>
  );
}

function Rating({ course }: { course: Course }) {
  const rate = useRate(course.id);
  const unrate = useUnrate(course.id);
  const [score, setScore] = useState(course.mine?.score ?? 50);
  const field = useId();
  const error = rate.error ?? unrate.error;
  function send(event: FormEvent) {
    event.preventDefault();
    rate.mutate(score);
  }
  return (
    <form className="course-rating" onSubmit={send}>
      <label htmlFor={field}>
        Ma note sur 100{course.mine?.score === null ? '' : ` : ${course.mine?.score}`}
      </label>
      <span className="course-score">
        <input
          id={field}
          type="range"
          min={0}
          max={100}
          value={score}
          onChange={(event) => setScore(event.target.valueAsNumber)}
        />
        <output htmlFor={field}>{score}</output>
      </span>
      <span className="course-marks">
        <button type="submit" disabled={rate.isPending}>
          {course.mine?.score === null ? 'Noter' : 'Changer ma note'}
        </button>
        {course.mine?.score !== null && (
          <button type="button" className="plain-button" onClick={() => unrate.mutate(undefined)}>
            Retirer
          </button>
        )}
      </span>
      {error && <p role="alert">{error.message}</p>}
    </form>
  );
}

/** Whether I have worked through a section. */
export function SectionDone({ course, section }: { course: Course; section: Course['sections'][number] }) {
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
          disabled={progress.isPending}
          onChange={(event) => tick(event.target.checked)}
        />
        J’ai terminé « {section.title} »
      </label>
      {progress.error && <span role="alert">{progress.error.message}</span>}
    </p>
  );
}
