-- Who hears of authorizations hears what a partner has decided about them, and in the KeySecure dialect of fees too.
update webhook_endpoint set kinds = kinds || array['partner-decision'] where 'authorization' = any(kinds);
update webhook_endpoint set kinds = kinds || array['card-fee']
 where 'authorization' = any(kinds) and dialect = 'keysecure';
