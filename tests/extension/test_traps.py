"""The known traps of gql, requests, threads and flask-login, each with its tests.

Sharing a client or session

    Client.execute connects every time
        test_calls_in_a_row_share_one_connection
    two calls on one client collide
        test_two_calls_at_once_on_one_client_both_succeed
    two futures, two connections
        test_both_calls_are_under_way_at_the_same_time
    answers cross between threads
        test_sixteen_threads_get_each_their_own_answer
    shoppers cross between threads
        test_two_shoppers_two_apps_sixteen_threads_and_no_answer_carries_anothers_data
    values kept on a shared document
        test_a_call_leaves_nothing_on_the_shared_document
    cookies kept for the next shopper
        test_a_cookie_of_upstreams_is_not_sent_with_the_next_shoppers_call
    a pool of ten connections
        test_as_many_connections_as_calls_at_once_are_kept_for_the_next
    more calls than the pool holds
        test_only_so_many_calls_run_at_once_as_the_pool_holds
    the operation's name is left out
        test_a_request_carries_the_credential_and_names_its_operation
    a Decimal or a proxy cannot be sent
        test_a_proxy_becomes_a_plain_value
    the same for the user
        test_the_user_is_loaded_in_the_request_thread_and_reaches_zonos_as_plain_text
    closed while in use
        test_closing_the_client_closes_its_connections_also_those_in_use

Which error for which fault

    refused
        test_nobody_there_is_a_failed_connection_that_sent_nothing
    unknown host
        test_an_unknown_host_is_a_failed_connection_that_sent_nothing
    look-up hangs
        test_a_name_that_cannot_be_looked_up_does_not_hold_the_caller
    reset, closed, truncated
        test_an_answer_that_breaks_off_is_a_failed_connection_and_sent_once
    TLS
        test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent
    timeouts told by their cause only
        test_no_answer_within_the_read_timeout_is_told_as_a_timeout_and_sent_once
        test_no_connection_within_the_connect_timeout_is_a_timeout_that_sent_nothing
    retries send a mutation thrice
        test_a_mutation_that_may_have_been_carried_out_is_not_sent_again
        test_a_broken_connection_is_tried_again_for_a_query_only
    a bad status, its code lost
        test_a_bad_status_is_a_server_error_that_keeps_it
    Retry-After is slept
        test_too_many_requests_tells_the_time_and_never_sleeps_long
    status and request id lost beside errors
        test_graphql_errors_keep_status_class_path_and_request_id
    data and errors together
        test_a_cart_that_comes_with_errors_is_kept_and_the_log_says_so
        test_a_password_that_comes_with_errors_is_dropped
    HTML, empty, null, numbers, lists
        test_an_odd_body_is_a_bad_response
    errors that are no list
        test_errors_of_any_shape_are_graphql_errors_without_their_text
    a redirect takes the credential along
        test_a_redirect_is_not_followed_with_the_credential
        test_an_odd_redirect_is_one_of_our_errors
    headers dropped or split
        test_a_token_that_no_header_can_carry_is_refused_at_the_start
    an idle connection closed
        test_a_connection_that_the_server_closed_meanwhile_costs_no_call
    a body that drips
        test_over_tls_a_response_ends_at_the_deadline_and_so_does_its_thread
        test_a_plain_response_that_drips_ends_at_the_deadline
    a kind of exception left out
        test_every_exception_of_requests_becomes_one_of_ours
        test_every_exception_of_gql_becomes_one_of_ours
    REQUESTS_CA_BUNDLE over the setting
        test_the_setting_wins_over_the_environments_certificates
    proxies at every call
        test_the_environment_is_read_once_and_not_at_each_call
    a proxy that reads the credential
        test_a_proxy_never_reads_the_credential_of_a_plain_address
    .netrc
        test_netrc_adds_no_credential_of_its_own
    DEBUG logs hold the password
        test_no_logger_at_debug_tells_password_token_or_personal_data
    text/plain mis-decoded
        test_the_answers_content_type_and_charset_do_not_matter
    requests-mock in threads
        test_the_client_can_be_mocked_by_requests_mock_in_threads

flask-login and its neighbours

    current_user in a thread
        test_the_user_is_loaded_in_the_request_thread_and_reaches_zonos_as_plain_text
    a login leaks between clients
        test_a_login_does_not_leak_from_one_browser_to_another
    strong session protection
        test_a_stolen_cookie_is_anonymous_under_strong_protection
    alternative ids rotate
        test_the_customers_id_is_not_flask_logins_alternative_id
    HTML or a redirect for a fetch
        test_a_loader_can_never_make_it_a_redirect
    CSRFProtect with and without exemption
        test_an_exempted_blueprint_needs_no_token_and_warns_of_nothing
        test_without_the_exemption_the_page_carries_a_token_that_works
    a pool that came through a fork
        test_a_client_works_in_a_forked_child_and_on_in_its_parent
    a caller waits for a busy pool
        test_a_call_that_finds_no_place_within_its_deadline_is_busy_and_never_sent
"""

from __future__ import annotations

import re
from pathlib import Path


def test_every_trap_names_a_test_that_there_is() -> None:
    named = set(re.findall(r"\btest_\w+", __doc__ or ""))
    defined: set[str] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        defined.update(re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE))

    assert named
    assert named <= defined
