-- Whom administrators looked up was written as they typed it, and outlived the account: whose account they were shown is written now.
update audit_log set details = details - 'q' where action = 'people.looked-up';
