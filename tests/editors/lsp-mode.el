;;; lsp-mode.el --- budget-mode with lsp-mode on a real document  -*- lexical-binding: t; coding: utf-8 -*-

(require 'budget-mode)
(require 'lsp-mode)
(require 'cl-lib)

(defun wait (what ready)
  "Wait up to 20 seconds."
  (let ((until (+ (float-time) 20)))
    (while (and (< (float-time) until) (not (funcall ready)))
      (accept-process-output nil 0.02))
    (or (funcall ready) (error "Waited in vain for %s" what))))

(defun errors ()
  (cl-remove-if-not (lambda (one) (equal (lsp-get one :severity) 1))
                    (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics t))))

(setq budget-server-command (list (getenv "BUDGET_TEST_SERVER"))
      budget-start-server nil
      lsp-auto-guess-root t
      lsp-restart 'ignore
      lsp-enable-file-watchers nil
      lsp-enable-snippet nil
      lsp-modeline-workspace-status-enable nil
      lsp-modeline-diagnostics-enable nil
      lsp-session-file (expand-file-name "lsp-session" (getenv "HOME"))
      backup-inhibited t)
(condition-case problem
    (with-current-buffer (find-file-noselect (getenv "BUDGET_TEST_DOCUMENT"))
      (switch-to-buffer (current-buffer))
      (lsp-workspace-folders-add (file-name-directory buffer-file-name))
      (lsp)
      (wait "the error" #'errors)
      (let* ((one (car (errors)))
             (start (lsp-get (lsp-get one :range) :start)))
        (unless (= (length (errors)) 1) (error "%d errors" (length (errors))))
        (goto-char (lsp--position-to-point start))
        (unless (looking-at "151\\.32") (error "The error stands at %s" (buffer-substring (point) (+ 6 (point))))))
      (wait "what was checked" (lambda () budget-checked))
      (let ((said budget-checked)
            (tell (lambda (version opening)
                    (let ((params (make-hash-table :test #'equal)))
                      (puthash "uri" (lsp--buffer-uri) params)
                      (puthash "version" version params)
                      (puthash "opening" opening params)
                      (funcall (gethash "budget/checked" (lsp--client-notification-handlers (gethash 'budget-lsp lsp-clients)))
                               nil params)))))
        (funcall tell (1- lsp--cur-version) "更早的")
        (unless (equal budget-checked said) (error "News of an older text were kept"))
        (funcall tell lsp--cur-version "这一版")
        (unless (equal budget-checked "这一版") (error "News were not kept")))
      (budget-format)
      (unless (equal (buffer-string)
                     (with-temp-buffer (insert-file-contents (getenv "BUDGET_TEST_TIDY")) (buffer-string)))
        (error "Not formatted as `budget-lint fmt' does"))
      (set-buffer-modified-p nil)
      (message "lsp-mode: 7 checks, %s" (lsp-version)))
  (error (message "FAILED: %s" (error-message-string problem)) (kill-emacs 1)))
