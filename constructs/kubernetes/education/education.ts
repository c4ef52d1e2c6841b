import { Construct } from 'constructs';
import type { Model, Site } from '#sites/model.ts';
import { EducationApi } from './education-api.ts';
import { EducationMigrations } from './education-migrations.ts';
import { EducationWeb } from './education-web.ts';

/** The education app of a site: its API, its pages, and the job that brings the schema up to date. */
export class Education extends Construct {
  constructor(scope: Construct, props: { model: Model; site: Site }) {
    super(scope, 'education');
    new EducationApi(this, props);
    new EducationWeb(this, props);
    new EducationMigrations(this, props);
  }
}
