import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Link, useLocation } from 'react-router';
import type { CourseOutline } from '#shared/schemas/course.ts';
import { useCurrent } from '#web/features/people/api/people.ts';
import { ask } from '#web/layout/question.tsx';
import { tell } from '#web/layout/toasts.tsx';
import { useEnrol, useLeave, useRate, useUnrate } from '../api/following.ts';
import { count } from '../words.ts';

/** The way into a course: to begin it, to go on, to follow it and to leave it. */
export function Following({ course }: { course: CourseOutline }) {
  const { data: person } = useCurrent();
  const { pathname } = useLocation();
  const enrol = useEnrol(course.id);
  const leave = useLeave(course.id);
  const error = enrol.error ?? leave.error;
  const { mine, sections } = course;
  const done = mine?.done.length ?? 0;
  const status = useRef<HTMLParagraphElement>(null);
  const isEnrolled = mine?.enrolled === true;
  const wasEnrolled = useRef(isEnrolled);
  const changed = enrol.isSuccess || leave.isSuccess;
  // The button that was pressed is gone: what came of it is read out instead.
  useEffect(() => {
    if (changed && wasEnrolled.current !== isEnrolled) status.current?.focus();
    wasEnrolled.current = isEnrolled;
  }, [changed, isEnrolled]);
  return (
    <section className="following" aria-label="Suivre ce cours">
      <p className="following-words" role="status" ref={status} tabIndex={-1}>
        {mine?.enrolled && (
          <>
            <progress max={Math.max(1, sections.length)} value={done} aria-label="Avancement" />
            {done} sur {count(sections.length, 'section')}
          </>
        )}
        {mine?.author && 'C’est votre cours.'}
        {leave.isSuccess && !mine && 'Vous ne suivez plus ce cours.'}
      </p>
      <p className="following-doors">
        <GoOn course={course} />
        {person && !mine && (
          <button type="button" aria-disabled={enrol.isPending} onClick={() => enrol.mutate(undefined)}>
            Suivre le cours
          </button>
        )}
        {!person && (
          <span>
            <Link to="/connexion" state={{ from: pathname }}>
              Connectez-vous
            </Link>{' '}
            pour garder votre avancement.
          </span>
        )}
        {mine?.enrolled && (
          <button
            type="button"
            className="plain-button"
            aria-disabled={leave.isPending}
            onClick={async () => {
              const isSure = await ask({
                title: 'Ne plus suivre ce cours ?',
                words: 'Votre avancement et votre note seront effacés.',
                action: 'Ne plus suivre',
              });
              if (isSure) leave.mutate(undefined);
            }}
          >
            Ne plus suivre
          </button>
        )}
      </p>
      {error && <p role="alert">{error.message}</p>}
    </section>
  );
}

/** The way to the first section that is not done; to the beginning where all are, or none. */
function GoOn({ course: { id, sections, mine } }: { course: CourseOutline }) {
  const done = mine?.done ?? [];
  const next = sections.find((section) => !done.includes(section.id)) ?? sections[0];
  if (!next) return null;
  const action = done.length === 0 ? 'Commencer' : done.length < sections.length ? 'Continuer' : 'Relire';
  return (
    <Link className="big-link" to={`/cours/${id}/${next.id}`}>
      <span>{action}</span> {next.title}
    </Link>
  );
}

/** What one thinks of a course that one follows. */
export function Rating({ course }: { course: CourseOutline }) {
  const { data: person } = useCurrent();
  const rate = useRate(course.id);
  const unrate = useUnrate(course.id);
  const mine = course.mine?.score ?? null;
  const [score, setScore] = useState(mine ?? 50);
  const field = useId();
  const error = rate.error ?? unrate.error;
  if (person?.role !== 'student') return null;
  function send(event: FormEvent) {
    event.preventDefault();
    rate.mutate(score, {
      onSuccess: () =>
        tell(`Note enregistrée : ${score} sur 100.`, () =>
          mine === null ? unrate.mutate(undefined) : rate.mutate(mine),
        ),
    });
  }
  return (
    <form className="course-rating" onSubmit={send}>
      <label htmlFor={field}>Ma note sur 100{mine === null ? '' : ` : ${mine}`}</label>
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
        <button type="submit" aria-disabled={rate.isPending}>
          {mine === null ? 'Noter' : 'Changer ma note'}
        </button>
        {mine !== null && (
          <button type="button" className="plain-button" onClick={() => unrate.mutate(undefined)}>
            Retirer
          </button>
        )}
      </span>
      <span role="status">{unrate.isSuccess && 'Votre note est retirée.'}</span>
      {error && <p role="alert">{error.message}</p>}
    </form>
  );
}
